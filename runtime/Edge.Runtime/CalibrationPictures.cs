using Edge.Runtime.Inspection;
namespace Edge.Runtime;

/// <summary>Good pictures for a calibration. A picture belongs to one list only.</summary>
public sealed record CalibrationPictures
{
    /// <summary>Files that constants, gate and settings are fitted on.</summary>
    public IReadOnlyList<string> Fitting { get; init; } = [];

    /// <summary>Files whose scores make the threshold. They take no part in anything else.</summary>
    public required IReadOnlyList<string> Calibration { get; init; }

    /// <summary>The group of each calibration picture, in the same order; empty where each is its own. Pictures of one group are one draw together.</summary>
    public IReadOnlyList<int> Groups { get; init; } = [];

    /// <summary>More good files for the gate's statistics that need no network, such as those that were trained on.</summary>
    public IReadOnlyList<string> Seen { get; init; } = [];

    /// <summary>Picture whose pixels that are not black do not count; null where all of a picture counts.</summary>
    public string? IgnoreMask { get; init; }

    /// <summary>Rectangles, in pixels of the picture, that alone count; none means all of it.</summary>
    public IReadOnlyList<System.Drawing.Rectangle> Regions { get; init; } = [];

    /// <summary>Where the pictures come from, for the record: "training" or a folder's name.</summary>
    public string Source { get; init; } = "";

    /// <summary>One folder's pictures: every fifth one for fitting, the others for scores.</summary>
    /// <param name="pictures">Files.</param>
    /// <param name="source">Where they come from, for the record.</param>
    public static CalibrationPictures Of(IReadOnlyList<string> pictures, string source) => new()
    {
        Fitting = [.. pictures.Where((_, i) => i % 5 == 0)], Calibration = [.. pictures.Where((_, i) => i % 5 != 0)], Source = source,
    };
}
