using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Edge.Configuration;

/// <summary>Results as lines of a file.</summary>
internal sealed record JsonLinesConfig
{
    [Description("The file, or - for standard output."), Required, FilePath]
    public string Path { get; init; } = "";

    [Description("Size at which the file is set aside and a new one begun, megabytes."), Range(1, 1_000_000)]
    public int MaxMb { get; init; } = 64;

    [Description("Files set aside that are kept."), Range(0, 10_000)]
    public int Keep { get; init; } = 8;
}
