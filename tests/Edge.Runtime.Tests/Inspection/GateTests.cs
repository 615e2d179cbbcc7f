using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;
using Edge.Runtime.Scoring;
using Edge.Testing;
using OpenCvSharp;

namespace Edge.Runtime.Tests.Inspection;

public sealed class GateTests : IDisposable
{
    private static readonly Bundle Brick = Bundle.Load(Path.Combine(Root(), "models", "brick"));

    private readonly TinyBundle tiny = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void Check_EveryControlAndProfileOfTheShippedBundle_IsNeverOk() =>
        Assert.All(Brick.Profiles, profile => Assert.All(NegativeControls.Check(Brick, profile, TinyBundle.Cpu), control => Assert.True(control.Verdict.IsNg, $"{profile}: {control.Name}")));

    [Fact]
    public void Inspect_BlackPicture_IsUnlikeAndHasTheLeastP()
    {
        using var inspector = Inspector.Open(tiny.Folder, new InspectorOptions { Inference = TinyBundle.Cpu });

        var verdict = inspector.Inspect(new Frame(new byte[64 * 64], 64, 64, 1));

        Assert.Equal(Outcome.Unlike, verdict.Outcome);
        Assert.Equal(1.0 / 20, verdict.PValue, 9);
        Assert.NotNull(verdict.Gate);
    }

    [Fact]
    public void Inspect_GoodPicture_IsGoodAndNothingIsUnlike()
    {
        using var inspector = Inspector.Open(tiny.Folder, new InspectorOptions { Inference = TinyBundle.Cpu });

        var verdict = inspector.Inspect(tiny.NormalPaths[1]);

        Assert.Equal((Outcome.Good, (GateFinding?)null), (verdict.Outcome, verdict.Gate));
    }

    [Fact]
    public void Fit_TwoPictures_AcceptsTheirRangeAndFiveWidthsOnBothSides()
    {
        var ranges = Gate.Fit(["brightness", "lowest t_scales"], [[-3, 0], [-1, 1]]);

        // Two pictures: the width counts five times.
        Assert.Equal((-13f, 9f), (ranges[0].Low, ranges[0].High));
        Assert.Equal((-5f, float.MaxValue), (ranges[1].Low, ranges[1].High));
        var gate = new Gate(ranges);
        Assert.Null(gate.Check([-13, 0.5f]));
        Assert.Equal("brightness", gate.Check([-13.1f, 0.5f])!.Value.Statistic);
        Assert.Equal("lowest t_scales", gate.Check([-1.5f, -6])!.Value.Statistic);
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

    [Theory]
    [InlineData("default")]
    [InlineData("t1")]
    [InlineData("t3")]
    [InlineData("reconstruct")]
    public void Inspect_RegionAroundTheHighestPixels_HasTheScoreOfTheWholePicture(string profile)
    {
        foreach (var kind in new[] { "scratch", "spot", "foreign" })
        {
            var path = Directory.GetFiles(Path.Combine(Brick.Folder, "samples", "test", kind)).Single();
            using var whole = Inspector.Open(Brick, new InspectorOptions { Profile = profile, Inference = TinyBundle.Cpu });
            var expected = whole.Inspect(path);
            var (x, y) = Highest(whole.Map);
            // Three widths' reach of the narrowest smoothing to every side, and more to some.
            var (left, top) = (Math.Max(0, x - 30), Math.Max(0, y - 30));
            var region = new System.Drawing.Rectangle(left, top, Math.Min(64, x + 30) - left, Math.Min(64, y + 30) - top);
            using var part = Inspector.Open(Brick, new InspectorOptions { Profile = profile, Regions = [region], Inference = TinyBundle.Cpu });

            var verdict = part.Inspect(path);

            Assert.InRange(verdict.Score / expected.Score, 0.6, 1.6);
            if (expected.Score > 1.5 * expected.Threshold)
                Assert.True(verdict.IsNg, $"{kind}: {verdict.Score} of {expected.Score}");
        }
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
        using var inspector = Inspector.Open(tiny.Folder, new InspectorOptions { IgnoreMask = mask, Inference = TinyBundle.Cpu });
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

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); ; folder = folder.Parent!)
            if (File.Exists(Path.Combine(folder.FullName, "Edge.sln")))
                return folder.FullName;
    }
}
