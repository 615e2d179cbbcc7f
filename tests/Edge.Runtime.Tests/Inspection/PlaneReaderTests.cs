using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Inspection;

namespace Edge.Runtime.Tests.Inspection;

public sealed class PlaneReaderTests
{
    private readonly List<Profile> asked = [];
    private readonly PlaneReader reader;

    public PlaneReaderTests() => reader = new PlaneReader(Measure);

    [Fact]
    public void Read_LevelsAskedForBefore_AreNotAskedForAgain()
    {
        Assert.Equal([25, 50], Says(Levels(false, 25, 50)));
        Assert.Equal([8, 50, 0], Says(Levels(true, 8, 50)));
        Assert.Equal([8, 25, 0], Says(Levels(true, 8, 25)));
        Assert.Equal([0], Says(Levels(true)));

        Assert.Equal(["25 50", "8 logit"], asked.Select(Name));
    }

    [Fact]
    public void Read_AnotherPrecision_IsAskedForApart()
    {
        Says(Levels(false, 25));
        Says(Levels(false, 25) with { Precision = Precision.Int8 });

        Assert.Equal([Precision.Fp32, Precision.Int8], asked.Select(p => p.Precision));
    }

    [Fact]
    public void Read_NoisedLevels_AreAskedForUnlessMapAndScoreAloneDiffer()
    {
        var noised = new Profile { TScales = new TScaleSettings { Timesteps = [25], Mode = TScaleMode.Noised } };

        Says(Levels(false, 25));
        Says(noised);
        Says(noised with { TopPixels = 3 });
        Says(noised with { TScales = noised.TScales with { Mode = TScaleMode.Score } });
        Says(noised with { Seed = 4 });

        Assert.Equal(4, asked.Count);
    }

    private static Profile Levels(bool logit, params int[] levels) => new() { TScales = new TScaleSettings { Timesteps = [.. levels], Logit = logit } };

    private static string Name(Profile profile) => string.Join(' ', [.. profile.TScales!.Timesteps.Select(t => $"{t}"), .. profile.TScales.Logit ? (string[])["logit"] : []]);

    /// <summary>What is read of the second of two pictures, one number a plane.</summary>
    private float[] Says(Profile profile)
    {
        var pictures = reader.Read(profile);
        Assert.Equal(2, pictures.Length);
        var (height, width, values) = pictures[1];
        Assert.Equal((2, 3), (height, width));
        return [.. values.Chunk(height * width).Select(plane => Assert.Single(plane.Distinct()) - 1000)];
    }

    /// <summary>Planes that say their level, 0 for the log-odds, and 1,000 times the picture.</summary>
    private Planes[] Measure(Profile profile)
    {
        asked.Add(profile);
        float[] levels = [.. profile.TScales!.Timesteps, .. profile.TScales.Logit ? (float[])[0] : []];
        return [.. Enumerable.Range(0, 2).Select(i => new Planes(2, 3, [.. levels.SelectMany(level => Enumerable.Repeat(1000 * i + level, 6))]))];
    }
}
