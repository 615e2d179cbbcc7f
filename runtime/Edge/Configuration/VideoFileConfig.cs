using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Edge.Configuration;

/// <summary>A video file, every frame of it.</summary>
internal sealed record VideoFileConfig
{
    [Description("The file."), Required, FilePath]
    public string Path { get; init; } = "";

    [Description("Begin again at the end.")]
    public bool Loop { get; init; }
}
