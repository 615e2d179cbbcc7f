namespace Edge.Bench.Cover;

/// <summary>What covers a part of a picture that was good.</summary>
internal enum Covering
{
    /// <summary>A stain with blotches: like rust in colour, darker in grey.</summary>
    Stain,

    /// <summary>Another texture of the picture's own brightness, colour and contrast: smooth noise.</summary>
    Foreign,

    /// <summary>Structure is missing: a blur by a sixteenth of the shorter side.</summary>
    Blur,
}
