using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Scoring;

/// <summary>
/// The feature vector of a pixel: the map of each T scale, smoothed at several widths, so that a scratch and a stain both find a width
/// that suits them. Feature k = scale * Widths.Count + width. Immutable: one may serve many threads.
/// </summary>
public sealed class MapFeatures
{
    // Energies are squared noise predictions, of the order of 1; below this they are rounding.
    private const float LogOffset = 1e-6f;

    private readonly GaussianFilter[] _filters;

    /// <summary>Features of the given widths.</summary>
    /// <param name="widths">Standard deviations of the smoothing in pixels, above 0; null for 1, 2, 4, 8, 16, which suit 256 x 256.</param>
    /// <param name="logFeatures">Take the logarithm of each feature: the energies have heavy tails, their logarithms hardly.</param>
    /// <exception cref="BundleException">There is no width, or one is outside its range.</exception>
    public MapFeatures(IReadOnlyList<double>? widths = null, bool logFeatures = false)
    {
        Widths = widths ?? [1, 2, 4, 8, 16];
        LogFeatures = logFeatures;
        if (Widths.Count == 0 || Widths.Any(w => !(w > 0 && w <= GaussianFilter.MaxRadius / 3.0)))
            throw new BundleException(
                $"map: widths [{string.Join(", ", Widths)}] must be one or more, each above 0 and at most {GaussianFilter.MaxRadius / 3} pixels");
        _filters = [.. Widths.Select(w => new GaussianFilter(w))];
    }

    /// <summary>Standard deviations of the smoothing, in pixels.</summary>
    public IReadOnlyList<double> Widths { get; }

    /// <summary>Whether features are logarithms.</summary>
    public bool LogFeatures { get; }

    /// <summary>How many features a pixel has for this many scales.</summary>
    public int Count(int scales) => scales * _filters.Length;

    /// <summary>How many values of scratch <see cref="Extract"/> needs for maps of this width.</summary>
    public int ScratchLength(int width)
    {
        var length = 0;
        foreach (var filter in _filters)
            length = Math.Max(length, filter.ScratchLength(width));
        return length;
    }

    /// <summary>Smooths every scale's map at every width.</summary>
    /// <param name="maps">[T, H, W] the energies of the scales, 0 or more.</param>
    /// <param name="scales">T.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="scratch">Working memory, <see cref="ScratchLength"/> values or more.</param>
    /// <param name="features">[T * widths, H, W] receives the features; may not overlap <paramref name="maps"/>.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public void Extract(ReadOnlySpan<float> maps, int scales, int width, int height, Span<float> scratch, Span<float> features)
    {
        var pixels = width * height;
        if (maps.Length != scales * pixels || features.Length != Count(scales) * pixels)
            throw new ArgumentException(
                $"{maps.Length} and {features.Length} values are not {scales} maps and {Count(scales)} features of {width} x {height}");
        for (var k = 0; k < Count(scales); k++)
        {
            var (scale, filter) = Math.DivRem(k, _filters.Length);
            _filters[filter].Apply(maps.Slice(scale * pixels, pixels), features.Slice(k * pixels, pixels), scratch, width, height);
        }
        if (LogFeatures)
            VectorMath.Log(features, LogOffset, features);
    }
}
