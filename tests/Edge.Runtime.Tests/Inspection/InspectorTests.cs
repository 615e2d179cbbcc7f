using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;
using Edge.Testing;
using OpenCvSharp;

namespace Edge.Runtime.Tests.Inspection;

public sealed class InspectorTests : IDisposable
{
    private readonly TinyBundle tiny = new();

    public void Dispose() => tiny.Dispose();

    [Theory]
    [InlineData("levels")]
    [InlineData("rebuild")]
    public void Inspect_AfterOtherPictures_GivesTheSameBits(string profile)
    {
        var pictures = new[] { tiny.NormalPaths[0], tiny.DefectPath, tiny.Picture("wide.png", 5, side: 96), tiny.NormalPaths[1], tiny.DefectPath };
        using var one = Open(profile);
        var forwards = pictures.Select(p => Result(one, p)).ToArray();
        var backwards = pictures.Reverse().Select(p => Result(one, p)).Reverse().ToArray();
        var alone = pictures.Select(p =>
        {
            using var fresh = Open(profile);
            return Result(fresh, p);
        }).ToArray();

        for (var i = 0; i < pictures.Length; i++)
        {
            Assert.Equal(forwards[i].Score, backwards[i].Score);
            Assert.Equal(forwards[i].Score, alone[i].Score);
            Assert.Equal(forwards[i].Map, backwards[i].Map);
            Assert.Equal(forwards[i].Map, alone[i].Map);
        }
    }

    [Theory]
    [InlineData("levels")]
    [InlineData("rebuild")]
    public void Inspect_FramesOfOneSize_AllocatesNothing(string profile)
    {
        using var inspector = Open(profile);

        Assert.Equal(0, AllocatedBytes.Inspecting(inspector, tiny.DefectPath));
    }

    [Theory]
    [InlineData("levels")]
    [InlineData("rebuild")]
    public void Stages_OfAFile_AreAllOfItsTime(string profile)
    {
        using var inspector = Open(profile);

        var result = inspector.Inspect(tiny.DefectPath);

        var stages = result.Times;
        double[] parts = [stages.Decode, stages.Preprocess, stages.Network, stages.Arithmetic, stages.Scoring];
        Assert.All(parts, part => Assert.True(part > 0));
        Assert.Equal(result.Milliseconds, parts.Sum(), 1e-6);
    }

    [Fact]
    public void Inspect_Defect_IsFoundWhereItIs()
    {
        // Not by "rebuild": the tiny network is no denoiser, so what it rebuilds is still as noisy as the start.
        using var inspector = Open("levels");

        var result = inspector.Inspect(tiny.DefectPath);

        Assert.True(result.IsNg);
        Assert.Equal(1.0 / (TinyBundle.Calibrated + 1), result.PValue, 1e-12);
        var map = result.Map;
        Assert.Equal((64, 64), (map.Width, map.Height));
        var peak = map.Values.IndexOf(map.Values.ToArray().Max());
        Assert.InRange(peak % 64, 3, 20);
        Assert.InRange(peak / 64, 3, 20);
        // The mean of the highest values is above the threshold, so some of them are.
        Assert.True(map.Values[peak] > map.Threshold);
    }

    [Theory]
    [InlineData("levels", 0)]
    [InlineData("rebuild", 64 * 64)]
    public void Reconstruction_OnlyWhereTheProfileMakesOne(string profile, int pixels)
    {
        using var inspector = Open(profile);
        inspector.Inspect(tiny.DefectPath);
        Assert.Equal(pixels, inspector.Reconstruction(out var shape).Length / shape.Channels);
    }

    [Fact]
    public void Inspect_SixteenBits_GivesTheScoreOfEight()
    {
        var random = new Random(3);
        var eight = new byte[64 * 64];
        random.NextBytes(eight);
        var sixteen = eight.SelectMany(v => BitConverter.GetBytes((ushort)(257 * v))).ToArray();
        using var inspector = Open("levels");

        var expected = inspector.Inspect(new Frame(eight, 64, 64, 1)).Score;

        Assert.Equal(expected, inspector.Inspect(new Frame(sixteen, 64, 64, 1, 2)).Score, 1e-4 * expected);
    }

    [Fact]
    public void Inspect_LargerThanATile_MatchesTheWholePictureButForSeams()
    {
        var path = tiny.Picture("large.png", 11, defect: true, side: 200);
        using var whole = Open("levels");
        var expected = Result(whole, path);
        tiny.EditManifest(text => text.Replace("tile: 512", "tile: 96"));
        using var tiled = Open("levels");

        var actual = Result(tiled, path);

        // The tiny network sees one pixel far: only a seam's own pixels, which see the tile's edge, may differ.
        Assert.Equal(expected.Score, actual.Score, 0.02 * expected.Score);
        var near = expected.Map.Zip(actual.Map).Count(p => Math.Abs(p.First - p.Second) < 0.05 * expected.Score);
        Assert.InRange(near, 0.98 * expected.Map.Length, expected.Map.Length);
    }

    [Fact]
    public void Inspect_ScaledDown_GivesAMapOfThePicturesSize()
    {
        tiny.EditManifest(text => text.Replace("scale: 1\n", "scale: 0.5\n"));
        using var inspector = Open("levels");

        var map = inspector.Inspect(tiny.Picture("odd.png", 4, side: 75)).Map;

        Assert.Equal((75, 75), (map.Width, map.Height));
        Assert.DoesNotContain(map.Values.ToArray(), v => !float.IsFinite(v));
    }

    [Fact]
    public void Inspect_OnePixel_SaysHowManyItTakes()
    {
        using var inspector = Open("levels");
        var path = tiny.At("one.png");
        File.WriteAllBytes(path, TestPictures.Encode(".png", [7], 1, 1, MatType.CV_8UC1));

        var fault = Assert.Throws<PictureException>(() => inspector.Inspect(path));
        Assert.Contains("one.png", fault.Message);
        Assert.Contains("16", fault.Message);
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public void Open_Alpha_MovesTheThreshold(double alpha)
    {
        using var inspector = Opened.Inspector(tiny.Folder, new ModelOptions { Profile = "levels", Inference = TinyBundle.Cpu }, new InspectorOptions { Alpha = alpha });
        var scores = inspector.Model.Profile.Calibration.Scores;

        // Split conformal prediction: of n + 1 exchangeable pictures at most alpha (n + 1) may lie above, and one of them is the new one.
        Assert.Equal(scores[(int)Math.Ceiling((scores.Count + 1) * (1 - alpha) - 1e-9) - 1], inspector.Threshold);
        Assert.Equal(alpha, inspector.Alpha);
    }

    [Fact]
    public void Open_AlphaThatNeedsMorePictures_SaysHowManyMore()
    {
        using var model = Model.Open(tiny.Folder, new ModelOptions { Profile = "levels", Inference = TinyBundle.Cpu });

        var fault = Assert.Throws<BundleException>(() => model.CreateInspector(new InspectorOptions { Alpha = 0.04 }));

        // 1 / (n + 1) is at most 0.04 from n = 24 on.
        Assert.Contains("profile levels: alpha 0.04 needs 24 calibration pictures", fault.Message);
        Assert.Contains($"{24 - TinyBundle.Calibrated} more", fault.Message);
    }

    private Inspector Open(string profile) => Opened.Inspector(tiny.Folder, new ModelOptions { Profile = profile, Inference = TinyBundle.Cpu });

    private static (double Score, float[] Map) Result(Inspector inspector, string path) => inspector.Inspect(path) is var result ? (result.Score, result.Map.Values.ToArray()) : default;
}
