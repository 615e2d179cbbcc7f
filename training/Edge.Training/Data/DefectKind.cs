namespace Edge.Training.Data;

/// <summary>Kinds of synthetic defects, after what spoils surfaces on a line.</summary>
internal enum DefectKind
{
    /// <summary>A thin, slightly bent line, lighter or darker than its ground.</summary>
    Scratch,

    /// <summary>A soft blot, lighter or darker.</summary>
    Spot,

    /// <summary>A piece of another place of the picture, turned and pasted in (CutPaste, Li et al., arXiv 2104.04015).</summary>
    Patch,

    /// <summary>Foreign texture under a mask of Perlin noise (DRAEM, Zavrtanik et al., arXiv 2108.07610).</summary>
    Foreign,

    /// <summary>A smeared place.</summary>
    Blur,

    /// <summary>A place lighter or darker than the rest, its texture kept.</summary>
    Brightness,

    /// <summary>A place whose structure is missing: only its mean tone is left.</summary>
    Missing,

    /// <summary>A place whose structure is pushed aside.</summary>
    Bent,
}
