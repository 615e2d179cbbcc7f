using Edge.Runtime.Inspection;
namespace Edge.Runtime;

/// <summary>What an inspection says of a picture. Only <see cref="Good"/> is OK; what is not known is not.</summary>
public enum Outcome
{
    /// <summary>Outside the range of all good pictures: too dark, blurred, another product. Its score says nothing.</summary>
    Unlike,

    /// <summary>Its score is above the threshold.</summary>
    Defect,

    /// <summary>Like the good pictures of the calibration.</summary>
    Good,
}
