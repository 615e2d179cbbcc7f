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
    public void Map_OwnMapForProbabilities_IsTheSumOfWhatEachKindSays()
    {
        var picture = Drawn(99);
        picture.Values[20 * Side + 20] += 3;
        picture.Values[Pixels + 30 * Side + 30] += 3;

        var joint = Map(Settings, picture, Normals);

        // Each kind alone, as a profile of its own, and the share of its normal pixels that reach a value.
        var residual = Settings with { TScales = new TScaleSettings { Timesteps = [50] }, Map = Residuals };
        var probability = Settings with { TScales = new TScaleSettings { Logit = true }, Map = Probabilities };
        var (a, b) = (Surprisals(residual, [0], picture), Surprisals(probability, [1], picture));
        for (var i = 0; i < Pixels; i++)
            if (a[i] < 6 && b[i] < 6)
                Assert.Equal(a[i] + b[i], joint[i], 0.2);
        Assert.True(joint[20 * Side + 20] > 10, $"residual: {joint[20 * Side + 20]}");
        Assert.True(joint[30 * Side + 30] > 10, $"probability: {joint[30 * Side + 30]}");
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
        ["constants.probability.surprisal"] = p => p with { Constants = p.Constants with { Probability = p.Constants.Probability! with { Surprisal = [.. Enumerable.Repeat(1f, 12)] } } },
    };

    private static float[] Map(Profile profile, Planes picture, IReadOnlyList<Planes>? normals)
    {
        var builder = new MapBuilder(profile);
        builder.Use(normals is null ? profile.Constants : builder.Fit(normals));
        var map = new float[Pixels];
        builder.Map(picture.Values, Side, Side, map);
        return map;
    }

    private static double[] Surprisals(Profile profile, int[] plane, Planes picture)
    {
        Planes[] normals = [.. Normals.Select(n => n.Select(plane))];
        float[] seen = [.. normals.SelectMany(n => Map(profile, n, normals)).Order()];
        return [.. Map(profile, picture.Select(plane), normals).Select(v => -Math.Log(Math.Max(0.5, seen.Length - LowerBound(seen, v)) / seen.Length))];
    }

    private static int LowerBound(float[] sorted, float value)
    {
        var i = Array.BinarySearch(sorted, value);
        return i < 0 ? ~i : i;
    }

    private static Planes Drawn(int seed)
    {
        var random = new Random(seed);
        return new Planes(Side, Side, [.. Enumerable.Range(0, 2 * Pixels).Select(i => i < Pixels ? random.NextSingle() : 0.1f * random.NextSingle())]);
    }
}
