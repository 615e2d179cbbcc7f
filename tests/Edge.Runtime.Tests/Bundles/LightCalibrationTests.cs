using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;
using Edge.Testing;

namespace Edge.Runtime.Tests.Bundles;

public sealed class LightCalibrationTests : IDisposable
{
    private readonly TinyBundle tiny = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void Load_OlderBundle_DoesNotKnowItsLight()
    {
        Assert.DoesNotContain("light:", File.ReadAllText(tiny.ManifestPath));
        Assert.Null(Bundle.Load(tiny.Folder).Manifest.Light);
    }

    [Fact]
    public void Load_Light_ComesBackToTheBit()
    {
        var bundle = Bundle.Load(tiny.Folder);
        var light = Calibrator.MeasureLight(tiny.NormalPaths);
        BundleWriter.Save(bundle.Manifest with { Light = light }, bundle.Profiles.ToDictionary(key => key, bundle.Profile), tiny.Folder);

        var read = Bundle.Load(tiny.Folder).Manifest.Light!;

        Assert.Equal(TinyBundle.Normals, read.Brightness.Count);
        Assert.Equal(light.Brightness, read.Brightness);
        Assert.Equal(light.Sharpness, read.Sharpness);
        Assert.Equal(light.Contrast, read.Contrast);
        Assert.Equal(light.Noise, read.Noise);
        Assert.All(read.Contrast, value => Assert.Equal(Math.Sqrt(399 / 12.0) / 255, value, 0.001));
        // Uniform values of 118 to 137 have a mean of 127.5 and a variance of (20^2 - 1) / 12.
        Assert.All(read.Brightness, value => Assert.Equal(0.5, value, 0.01));
        Assert.All(read.Sharpness, value => Assert.Equal(Math.Sqrt(399 / 6.0) / 127.5, value, 0.01));
    }

    [Theory]
    [InlineData("[0.5, 0.5]", "[0.1]", "light.sharpness has 1 entries, brightness has 2")]
    [InlineData("[]", "[]", "light.brightness")]
    [InlineData("[.nan]", "[0.1]", "light.brightness")]
    [InlineData("[1.5]", "[0.1]", "light.brightness")]
    [InlineData("[0.5]", "[-0.1]", "light.sharpness")]
    [InlineData("[0.5]", "[.inf]", "light.sharpness")]
    [InlineData("[0.5]", "[0.1]\n  colour: [1]", "colour")]
    [InlineData("[0.5]", "[0.1]\n  contrast: [0.1, 0.1]", "light.contrast has 2 entries, brightness has 1")]
    [InlineData("[0.5]", "[0.1]\n  contrast: [-0.1]", "light.contrast")]
    [InlineData("[0.5]", "[0.1]\n  noise: [.nan]", "light.noise")]
    public void Load_UnsoundLight_NamesTheField(string brightness, string sharpness, string named)
    {
        tiny.EditManifest(text => $"{text}light:\n  brightness: {brightness}\n  sharpness: {sharpness}\n");

        var fault = Assert.Throws<BundleException>(() => Bundle.Load(tiny.Folder));

        Assert.Contains(named, fault.Message);
        Assert.Contains("bundle.yaml", fault.Message);
    }

    [Fact]
    public void Load_LightOfAnOlderBundle_KnowsNeitherContrastNorNoise()
    {
        tiny.EditManifest(text => $"{text}light:\n  brightness: [0.5, 0.4]\n  sharpness: [0.1, 0.2]\n");

        var light = Bundle.Load(tiny.Folder).Manifest.Light!;

        Assert.Equal([0.5f, 0.4f], light.Brightness);
        Assert.Empty(light.Contrast);
        Assert.Empty(light.Noise);
    }

    [Fact]
    public void Brick_Light_IsOfItsCalibrationPieces()
    {
        var brick = Bundle.Load(Repository.Brick);
        using var photograph = PictureFile.Read(Path.Combine(brick.Folder, "photograph.png"));
        var light = brick.Manifest.Light!;

        // As edge-train split names them: row and column of the piece.
        byte[][] pieces = [.. brick.Profile().Calibration.Pictures.Select(name => Path.GetFileNameWithoutExtension(name).Split('_'))
            .Select(name => Piece(photograph.AsFrame(), 64 * int.Parse(name[2]), 64 * int.Parse(name[1])))];
        var measured = pieces.Select(piece => PictureLight.Of(new Frame(piece, 64, 64, 1))).ToList();

        AssertSame(measured.Select(m => m.Brightness), light.Brightness);
        AssertSame(measured.Select(m => m.Sharpness), light.Sharpness);
        Assert.All(brick.GoldenSamplePaths, path =>
        {
            using var sample = PictureFile.Read(path);
            Assert.Contains(Piece(sample.AsFrame(), 0, 0), pieces);
        });

        // A bundle keeps them in the order of its calibration, and a profile in the order of its scores.
        static void AssertSame(IEnumerable<double> expected, IReadOnlyList<float> actual)
        {
            Assert.Equal(expected.Count(), actual.Count);
            Assert.All(expected.Order().Zip(actual.Order()), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        }
    }

    private static byte[] Piece(in Frame picture, int left, int top)
    {
        var piece = new byte[64 * 64];
        for (var y = 0; y < 64; y++)
            for (var x = 0; x < 64; x++)
                piece[64 * y + x] = picture.Row(top + y)[(left + x) * picture.Channels];
        return piece;
    }
}
