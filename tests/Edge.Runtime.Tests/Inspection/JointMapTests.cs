using Edge.Runtime.Bundles;
using Edge.Runtime.Inspection;

namespace Edge.Runtime.Tests.Inspection;

public sealed class JointMapTests
{
    private const int Side = 48, Pixels = Side * Side;

    private static readonly MapSettings Residuals = new() { Relative = false, Widths = [1] }, Probabilities = new() { TakeOut = false, Widths = [2] };
    private static readonly Profile Settings = new()
    {
        TScales = new TScaleSettings { Timesteps = [50], Logit = true }, Map = Residuals with { Probability = Probabilities }, TopPixels = 5,
    };

    private static readonly NetworkManifest Network = new() { TMax = 300 };

    private static readonly Planes[] Normals = [.. Enumerable.Range(0, 12).Select(i => Drawn(i))];

    private static readonly Profile Fitted = Settings with
    {
        Constants = new MapBuilder(Settings).Fit(Normals), Calibration = new Calibration { Scores = [1, 2, 3], Source = "test" },
    };

    [Fact]
    public void Map_OwnMapForProbabilities_IsMadeOfWhatEachKindSays()
    {
        var picture = Drawn(99);
        picture.Values[20 * Side + 20] += 3;
        picture.Values[Pixels + 30 * Side + 30] += 3;

        var joint = Map(Settings, picture, Normals);

        // Each kind alone, as a profile of its own, and the share of its normal pixels that reach a value.
        var residual = Settings with { TScales = new TScaleSettings { Timesteps = [50] }, Map = Residuals };
        var probability = Settings with { TScales = new TScaleSettings { Logit = true }, Map = Probabilities };
        var (a, b) = (new Alone(residual, 0, picture), new Alone(probability, 1, picture));
        for (var i = 0; i < Pixels; i++)
            Assert.Equal(a.Pixel(i) + b.Pixel(i) + 10 * Math.Max(a.Picture(i), b.Picture(i)), joint[i], 0.2 + 0.001 * joint[i]);
        // Both are found, which no normal pixel comes near.
        Assert.True(joint[20 * Side + 20] > 30, $"residual: {joint[20 * Side + 20]}");
        Assert.True(joint[30 * Side + 30] > 30, $"probability: {joint[30 * Side + 30]}");
    }

    [Fact]
    public void Write_OwnMap_ComesBackAndIsInOrder()
    {
        var back = BundleYaml.Read<Profile>(BundleYaml.Write(Fitted), "profiles/joint.yaml");

        BundleRules.Check(back, Network, "profiles/joint.yaml");
        var picture = Drawn(7);
        Assert.Equal(Map(Fitted, picture, null), Map(back, picture, null));
    }

    public static TheoryData<string> Faults => [.. Damages.Keys];

    [Theory]
    [MemberData(nameof(Faults))]
    public void Check_OutOfOrder_NamesTheField(string field)
    {
        var fault = Assert.Throws<BundleException>(() => BundleRules.Check(Damages[field](Fitted), Network, "p.yaml"));

        Assert.StartsWith($"p.yaml: {field} ", fault.Message);
    }

    private static Dictionary<string, Func<Profile, Profile>> Damages => new()
    {
        ["map.probability"] = p => p with { TScales = p.TScales! with { Logit = false } },
        ["map.probability.probability"] = p => p with { Map = p.Map with { Probability = Probabilities with { Probability = Probabilities } } },
        ["map.probability.widths"] = p => p with { Map = p.Map with { Probability = Probabilities with { Widths = [] } } },
        ["constants.probability"] = p => p with { Constants = p.Constants with { Probability = null } },
        ["constants.probability.mean"] = p => p with { Constants = p.Constants with { Probability = p.Constants.Probability! with { Mean = [] } } },
        ["constants.surprisal"] = p => p with { Constants = p.Constants with { Surprisal = [] } },
        ["constants.probability.surprisal"] = p => p with { Constants = p.Constants with { Probability = p.Constants.Probability! with { Surprisal = [.. Enumerable.Repeat(1f, 13)] } } },
    };

    private static float[] Map(Profile profile, Planes picture, IReadOnlyList<Planes>? normals)
    {
        var builder = new MapBuilder(profile);
        builder.Use(normals is null ? profile.Constants : builder.Fit(normals));
        var map = new float[Pixels];
        builder.Map(picture.Values, Side, Side, map);
        return map;
    }

    /// <summary>What one kind says of a picture, in a profile of its own.</summary>
    private sealed class Alone
    {
        private readonly float[] map, seen;
        private readonly double median, excess;

        public Alone(Profile profile, int plane, Planes picture)
        {
            Planes[] normals = [.. Normals.Select(n => Planes.Of([(n, plane)]))];
            float[][] maps = [.. normals.Select(n => JointMapTests.Map(profile, n, normals))];
            (map, seen) = (JointMapTests.Map(profile, Planes.Of([(picture, plane)]), normals), [.. maps.SelectMany(m => m).Order()]);
            double[] scores = [.. maps.Select(m => (double)m.OrderDescending().Take(profile.TopPixels).Average()).Order()];
            median = scores[scores.Length / 2];
            excess = scores.Where(s => s > median).Average() - median;
        }

        /// <summary>-ln of the share of normal pixels that reach this one, down to one of 1,024.</summary>
        public double Pixel(int i)
        {
            var below = Array.BinarySearch(seen, map[i]);
            var reach = seen.Length - (below < 0 ? ~below : below);
            return -Math.Log(Math.Max(reach, seen.Length / 1024.0) / seen.Length);
        }

        /// <summary>How many mean excesses it lies above what half of the normal pictures reach.</summary>
        public double Picture(int i) => Math.Max(0, (map[i] - median) / excess);
    }

    private static Planes Drawn(int seed)
    {
        var random = new Random(seed);
        return new Planes(Side, Side, [.. Enumerable.Range(0, 2 * Pixels).Select(i => i < Pixels ? random.NextSingle() : 0.1f * random.NextSingle())]);
    }
}
