using Edge.Runtime.Inspection;
namespace Edge.Runtime;

/// <summary>What counts as a defect for one <see cref="Inspector"/>, and where.</summary>
public sealed record InspectorOptions
{
    /// <summary>False-reject rate, above 0 and below 1, as <see cref="Scoring.ConformalScores"/> promises it; null takes the bundle's.</summary>
    public double? Alpha { get; init; }

    /// <summary>A threshold of one's own, a score from 0 up, instead of the one for alpha; null takes alpha's.</summary>
    public double? Threshold { get; init; }

    /// <summary>Picture whose pixels that are not black do not count; as large as the pictures inspected. Null: all count.</summary>
    public string? IgnoreMask { get; init; }

    /// <summary>Rectangles, in pixels of the picture, that alone count; none means all of it.</summary>
    public IReadOnlyList<System.Drawing.Rectangle> Regions { get; init; } = [];

    /// <summary>Checks what does not depend on a bundle.</summary>
    /// <exception cref="ArgumentException">Options contradict each other or are outside their range; the message names them.</exception>
    internal void Validate()
    {
        if (Alpha is not null && Threshold is not null)
            throw new ArgumentException($"Alpha {Alpha} and Threshold {Threshold} were both given, and both set the threshold: give one of them.");
    }
}
