using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Edge.Configuration;

/// <summary>A folder that fills with pictures; each is a part, inspected in the order of their names once it is whole.</summary>
internal sealed record FolderConfig
{
    [Description("The folder."), Required, FilePath]
    public string Path { get; init; } = "";

    [Description("What becomes of a picture whose result has been handed on: keep, delete or move (into done_path).")]
    public AfterInspection After { get; init; }

    [Description("Where after: move puts pictures."), FilePath]
    public string? DonePath { get; init; }

    [Description("Inspect the pictures that are there at start too (with after: keep, those of earlier runs again).")]
    public bool Existing { get; init; } = true;

    [Description("Milliseconds a file must have stood still before it is read."), Range(0, 60_000)]
    public int SettleMs { get; init; } = 200;

    [Description("Bits of 16-bit pictures that the sensor fills; default: what each file says, or else 16."), Range(8, 16)]
    public int? Depth { get; init; }
}
