using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Inspection;

/// <summary>One map of some of a measurement's planes: standardised against normals, put together, searched at several widths. For one thread.</summary>
/// <param name="settings">How.</param>
/// <param name="first">The first of its planes.</param>
/// <param name="count">How many follow one another.</param>
/// <param name="probabilities">So many of the last of them hold probabilities.</param>
internal sealed class PlaneMap(MapSettings settings, int first, int count, int probabilities)
{
    private readonly PlaneStandardizer standardizer = new(count, settings.Zones, settings.Relative, settings.Aggregation, settings.Weights, probabilities);
    private readonly ScaleSpace scales = new(settings.Widths, settings.BothSides, settings.TakeOut);
    private PlaneConstants planeConstants = new([], []);
    private WidthConstants[] widthConstants = [];
    private float[] combined = [];
    private float[] scratch = [];

    /// <summary>The constants of normal pictures.</summary>
    public MapConstants Fit(IReadOnlyList<Planes> normals)
    {
        var statistics = new PlaneStatistics(standardizer);
        foreach (var normal in normals)
            statistics.Add(Own(normal.Values, normal.Height, normal.Width), normal.Height, normal.Width);
        var plane = statistics.Constants();
        var widths = scales.Fit(normals.Count, i =>
        {
            var normal = normals[i];
            DiffusionScratch.Take(ref combined, normal.Height * normal.Width);
            standardizer.Apply(Own(normal.Values, normal.Height, normal.Width), normal.Height, normal.Width, plane, combined.AsSpan(0, normal.Height * normal.Width));
            return (combined, normal.Height, normal.Width);
        });
        return new MapConstants
        {
            Mean = [.. plane.Mean], Deviation = [.. plane.Deviation],
            WidthMean = [.. widths.Select(w => w.Mean)], WidthDeviation = [.. widths.Select(w => w.Deviation)], WidthLimit = [.. widths.Select(w => w.Limit)],
        };
    }

    /// <summary>The constants of normal pictures, and of how improbable the map's values and scores are on them, for which it makes their maps: the constants are in use afterwards.</summary>
    public MapConstants FitSurprisal(IReadOnlyList<Planes> normals, ScoreReduction reduction)
    {
        var constants = Fit(normals);
        Use(constants);
        var sample = new PixelSample(normals.Count);
        var (scores, largest) = (new float[normals.Count], new float[reduction.TopPixels]);
        float[] map = [];
        for (var i = 0; i < normals.Count; i++)
        {
            var (height, width, planes) = normals[i];
            DiffusionScratch.Take(ref map, height * width);
            var own = map.AsSpan(0, height * width);
            Map(planes, height, width, own);
            sample.Add(i, own);
            scores[i] = reduction.Score(own, [], largest);
        }
        return constants with { Surprisal = [.. Surprisal.Fit(sample.Values, scores)] };
    }

    /// <summary>Sets the constants that <see cref="Map"/> uses from now on.</summary>
    public void Use(MapConstants constants)
    {
        planeConstants = new PlaneConstants(constants.Mean, constants.Deviation);
        widthConstants = [.. constants.WidthMean.Select((mean, w) => new WidthConstants(mean, constants.WidthDeviation[w], constants.WidthLimit[w]))];
    }

    /// <summary>Makes the map of a picture.</summary>
    /// <param name="values">[planes, H, W] its whole measurement.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="map">[H, W] receives the map, above 0; larger is stranger.</param>
    /// <param name="inspected">[H, W], 0 where a pixel does not count; empty where all count. Such a pixel is as normal ones are on average, after it is standardised:
    /// what stands there neither hides a defect nor lights up what is beside it.</param>
    public void Map(ReadOnlySpan<float> values, int height, int width, Span<float> map, ReadOnlySpan<byte> inspected = default)
    {
        DiffusionScratch.Take(ref combined, height * width);
        DiffusionScratch.Take(ref scratch, scales.ScratchLength(height, width));
        var plane = combined.AsSpan(0, height * width);
        standardizer.Apply(Own(values, height, width), height, width, planeConstants, plane);
        for (var i = 0; i < inspected.Length; i++)
            if (inspected[i] == 0)
                plane[i] = 0;
        scales.Apply(plane, height, width, widthConstants, scratch, map);
    }

    private ReadOnlySpan<float> Own(ReadOnlySpan<float> values, int height, int width) => values.Slice(first * height * width, count * height * width);
}
