using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Inspection;

/// <summary>From the planes of a whole picture to its anomaly map: standardised against normals, put together, searched at several widths. For one thread.</summary>
internal sealed class MapBuilder(Profile profile)
{
    private readonly PlaneStandardizer standardizer = new(profile.Planes, profile.Map.Zones, profile.Map.Relative, profile.Map.Aggregation, profile.Map.Weights,
        profile.TScales is { Logit: true } ? 1 : 0);
    private readonly ScaleSpace scales = new(profile.Map.Widths, profile.Map.BothSides, profile.Map.TakeOut);
    private PlaneConstants planeConstants = new([], []);
    private WidthConstants[] widthConstants = [];
    private float[] combined = [];
    private float[] scratch = [];

    /// <summary>The constants of normal pictures.</summary>
    public MapConstants Fit(IReadOnlyList<Planes> normals)
    {
        var statistics = new PlaneStatistics(standardizer);
        foreach (var normal in normals)
            statistics.Add(normal.Values, normal.Height, normal.Width);
        var plane = statistics.Constants();
        var widths = scales.Fit(normals.Count, i =>
        {
            var normal = normals[i];
            DiffusionScratch.Take(ref combined, normal.Height * normal.Width);
            standardizer.Apply(normal.Values, normal.Height, normal.Width, plane, combined.AsSpan(0, normal.Height * normal.Width));
            return (combined, normal.Height, normal.Width);
        });
        return new MapConstants
        {
            Mean = [.. plane.Mean], Deviation = [.. plane.Deviation],
            WidthMean = [.. widths.Select(w => w.Mean)], WidthDeviation = [.. widths.Select(w => w.Deviation)], WidthLimit = [.. widths.Select(w => w.Limit)],
        };
    }

    /// <summary>Sets the constants that <see cref="Map"/> uses from now on.</summary>
    public void Use(MapConstants constants)
    {
        planeConstants = new PlaneConstants(constants.Mean, constants.Deviation);
        widthConstants = [.. constants.WidthMean.Select((mean, w) => new WidthConstants(mean, constants.WidthDeviation[w], constants.WidthLimit[w]))];
    }

    /// <summary>Makes the anomaly map of a picture.</summary>
    /// <param name="values">[planes, H, W] its measurement.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="map">[H, W] receives the map, above 0; larger is stranger.</param>
    public void Map(ReadOnlySpan<float> values, int height, int width, Span<float> map)
    {
        DiffusionScratch.Take(ref combined, height * width);
        DiffusionScratch.Take(ref scratch, scales.ScratchLength(height, width));
        var plane = combined.AsSpan(0, height * width);
        standardizer.Apply(values, height, width, planeConstants, plane);
        scales.Apply(plane, height, width, widthConstants, scratch, map);
    }
}
