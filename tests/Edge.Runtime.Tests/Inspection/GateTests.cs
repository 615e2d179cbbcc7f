using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;
using Edge.Runtime.Scoring;
using Edge.Testing;
using OpenCvSharp;

namespace Edge.Runtime.Tests.Inspection;

public sealed class GateTests : IDisposable
{
    private static readonly Bundle Brick = Bundle.Load(Repository.Brick);

    private readonly TinyBundle tiny = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void Check_EveryControlAndProfileOfTheShippedBundle_IsNeverOk() =>
        Assert.All(Brick.Profiles, profile => Assert.All(NegativeControls.Check(Brick, profile, TinyBundle.Cpu),
            control => Assert.True(control.Result.IsNg, $"{profile}: {control.Name}")));

    [Fact]
    public void Inspect_BlackPicture_IsUnlikeAndHasTheLeastP()
    {
        using var inspector = Opened.Inspector(tiny.Folder);

        var verdict = inspector.Inspect(new Frame(new byte[64 * 64], 64, 64, 1));

        Assert.Equal(Outcome.Unlike, verdict.Outcome);
        Assert.Equal(1.0 / 20, verdict.PValue, 9);
        Assert.NotNull(verdict.Gate);
    }

    [Fact]
    public void Inspect_GoodPicture_IsGoodAndNothingIsUnlike()
    {
        using var inspector = Opened.Inspector(tiny.Folder);

        var verdict = inspector.Inspect(tiny.NormalPaths[1]);

        Assert.Equal((Outcome.Good, (GateFinding?)null), (verdict.Outcome, verdict.Gate));
    }

    [Theory]
    [InlineData(PixelFormat.Mono12)]
    [InlineData(PixelFormat.Rgba8)]
    public void Inspect_GoodPictureInAnotherFormat_IsGood(PixelFormat format)
    {
        using var picture = PictureFile.Read(tiny.NormalPaths[1]);
        var grey = picture.AsFrame().Pixels.ToArray();
        byte[] pixels = format == PixelFormat.Rgba8
            ? [.. grey.SelectMany(v => (byte[])[v, v, v, 255])]
            : [.. grey.Select(v => (v * 4095 + 127) / 255).SelectMany(v => (byte[])[(byte)v, (byte)(v >> 8)])];
        using var inspector = Opened.Inspector(tiny.Folder);

        Assert.Equal(Outcome.Good, inspector.Inspect(new Frame(pixels, 64, 64, format)).Outcome);
    }

    [Fact]
    public void Fit_TwoPictures_AcceptsTheirRangeAndFiveWidthsOnBothSides()
    {
        var ranges = Gate.Fit(["brightness", "score t_scales"], [[-3, 0], [-1, 1]]);

        // Two pictures: the width counts five times.
        Assert.Equal((-13f, 9f), (ranges[0].Low, ranges[0].High));
        Assert.Equal((-5f, 6f), (ranges[1].Low, ranges[1].High));
        var gate = new Gate(ranges);
        Assert.Null(gate.Check([-13, 0.5f]));
        Assert.Equal("brightness", gate.Check([-13.1f, 0.5f])!.Value.Statistic);
        Assert.Equal("score t_scales", gate.Check([-1.5f, -6])!.Value.Statistic);
        // A score above its range is a defect and no finding.
        Assert.Null(gate.Check([-1.5f, 7]));
        Assert.True(gate.IsScoreAbove([-1.5f, 7]));
        Assert.False(gate.IsScoreAbove([-1.5f, 6]));
        Assert.NotNull(gate.Check([float.NaN, 0.5f]));
    }

    [Fact]
    public void Measure_HalfAndHalf_GivesMeanContrastAndSharpnessByHand()
    {
        // Columns of 0 and 255 in turn: mean and deviation are half of full scale, and pixels two apart are equal.
        byte[] pixels = [.. Enumerable.Range(0, 32 * 32).Select(i => (byte)(i % 2 * 255))];
        var statistics = new float[3];

        PictureStatistics.Measure(new Frame(pixels, 32, 32, 1), 1, null, statistics);

        Assert.Equal(Math.Log2(0.5 + 0.5 / 255), statistics[0], 1e-6);
        Assert.Equal(Math.Log2(0.5 + 0.5 / 255), statistics[1], 1e-6);
        // Only the last column but one has no neighbour two to its right and is compared with the last.
        Assert.Equal(Math.Log2(Math.Sqrt(32.0 / (2 * 32 * 32)) + 0.5 / 255), statistics[2], 1e-5);
    }

    /// <summary>The profiles in fp32 with what they are tried on; guided is slow and is tried once.</summary>
    public static TheoryData<string, string, int> RegionCases()
    {
        var cases = new TheoryData<string, string, int>();
        foreach (var profile in Brick.ProfileNames.Where(name => name != "guided"))
            foreach (var kind in new[] { "scratch", "spot", "foreign", "bent" })
                cases.Add(profile, kind, 4);
        cases.Add("guided", "scratch", 1);
        return cases;
    }

    [Theory]
    [MemberData(nameof(RegionCases))]
    public void Inspect_RegionAroundTheHighestPixel_HasScoreAndVerdictOfTheWholePicture(string profile, string kind, int rectangles)
    {
        const int Margin = 24;
        var sample = Directory.GetFiles(Path.Combine(Brick.Folder, "samples", "test", kind)).Single();
        using var model = Model.Open(Brick, new ModelOptions { Profile = profile, Inference = TinyBundle.Cpu });
        using var whole = model.CreateInspector();
        var expected = whole.Inspect(sample);
        var (x, y) = Highest(expected.Map);
        var random = new Random(11);

        for (var i = 0; i < rectangles; i++)
        {
            var (left, right) = Around(x, expected.Map.Width);
            var (top, bottom) = Around(y, expected.Map.Height);
            var region = System.Drawing.Rectangle.FromLTRB(left, top, right, bottom);
            using var part = model.CreateInspector(new InspectorOptions { Regions = [region] });

            var verdict = part.Inspect(sample);

            var said = $"{region}: {verdict.Outcome} {verdict.Score:G4} of {expected.Outcome} {expected.Score:G4}, threshold {expected.Threshold:G4}";
            // A score is a logarithm: half more is three times as rare. Far beyond all good pictures two fifths of the score are as little.
            Assert.InRange(verdict.Score, expected.Score - Math.Max(0.6, 0.4 * expected.Score), expected.Score + Math.Max(0.6, 0.4 * expected.Score));
            Assert.True(verdict.Outcome == expected.Outcome || Math.Abs(expected.Score - expected.Threshold) < 0.6, said);
        }

        // Ends anywhere between the margin and the picture's border.
        (int Low, int High) Around(int at, int side) =>
            (random.Next(Math.Max(0, at - Margin) + 1), random.Next(Math.Min(side, at + Margin), side + 1));
    }

    [Fact]
    public void Inspect_WhatTheMaskLeavesOut_DoesNotMatter()
    {
        var good = File.ReadAllBytes(tiny.NormalPaths[2]);
        using var picture = PictureFile.Decode(good, "good");
        var bytes = picture.AsFrame().Pixels.ToArray();
        var mask = tiny.At("mask.png");
        byte[] ignored = [.. Enumerable.Range(0, 64 * 64).Select(i => (byte)(i % 64 < 40 ? 255 : 0))];
        File.WriteAllBytes(mask, TestPictures.Encode(".png", ignored, 64, 64, MatType.CV_8UC1));
        using var inspector = Opened.Inspector(tiny.Folder, options: new InspectorOptions { IgnoreMask = mask });
        var expected = inspector.Inspect(new Frame(bytes, 64, 64, 1));

        // The network sees one pixel around each, so that what is farther away than that cannot change a thing.
        for (var i = 0; i < bytes.Length; i++)
            if (i % 64 < 38)
                bytes[i] = (byte)(i % 2 * 255);
        var verdict = inspector.Inspect(new Frame(bytes, 64, 64, 1));

        Assert.Equal(expected.Score, verdict.Score, 1e-4 * expected.Score);
        Assert.Equal(expected.Outcome, verdict.Outcome);
    }

    private static (int X, int Y) Highest(AnomalyMap map)
    {
        var at = map.Values.ToArray().Index().MaxBy(v => v.Item).Index;
        return (at % map.Width, at / map.Width);
    }
}
