using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Inspection;

/// <summary>One profile at work: measures a picture, makes its map and its score. Owns its buffers; for one thread.</summary>
/// <param name="name">The profile's name.</param>
/// <param name="profile">A profile of T scales or reconstruction.</param>
/// <param name="networks">Run it.</param>
/// <param name="manifest">How pictures are prepared for it.</param>
internal sealed class ProfileReader(string name, Profile profile, NetworkSet networks, BundleManifest manifest)
{
    private readonly MapBuilder builder = BuilderOf(profile);
    private readonly ScoreReduction reduction = ScoreReduction.TopMean(profile.TopPixels);
    private readonly float[] top = new float[profile.TopPixels];
    private float[] map = [];

    public string Name => name;

    public Measurement Measurement { get; } = new(networks.Method(profile), manifest.Network, manifest.Preprocessing);

    /// <summary>[H, W] the map of the picture scored last, in the measurement's shape.</summary>
    public Span<float> Map => map.AsSpan(0, Measurement.Shape.Pixels);

    /// <summary>Makes map and score of the picture measured last.</summary>
    /// <param name="inspected">[H, W], 0 where a pixel does not count; empty where all count.</param>
    public float Score(ReadOnlySpan<byte> inspected)
    {
        var shape = Measurement.Shape;
        DiffusionScratch.Take(ref map, shape.Pixels);
        builder.Map(Measurement.Planes, shape.Height, shape.Width, Map, inspected);
        for (var i = 0; i < inspected.Length; i++)
            if (inspected[i] == 0)
                map[i] = 0;
        return reduction.Score(Map, inspected, top);
    }

    private static MapBuilder BuilderOf(Profile profile)
    {
        var builder = new MapBuilder(profile);
        builder.Use(profile.Constants);
        return builder;
    }
}
