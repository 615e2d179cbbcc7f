namespace Edge.Runtime.Inspection;

/// <summary>What an inspection says of a picture. Only <see cref="Good"/> is OK.</summary>
public enum Outcome
{
    /// <summary>Like the good pictures of the calibration.</summary>
    Good,

    /// <summary>Its score is above the threshold.</summary>
    Defect,

    /// <summary>Outside the range of all good pictures: too dark, blurred, another product. Its score says nothing.</summary>
    Unlike,
}
