using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;
using Edge.Testing;

namespace Edge.Runtime.Tests.Inspection;

public class LightGateTests
{
    private static readonly Bundle Brick = Bundle.Load(Repository.Brick);

    [Theory]
    [InlineData("black")]
    [InlineData("white")]
    [InlineData("grey")]
    [InlineData("static")]
    [InlineData("half static")]
    [InlineData("a sixteenth as bright")]
    public void Inspect_PictureThatShowsNoGoodPart_IsNgWithEveryProfile(string kind)
    {
        using var good = PictureFile.Read(Brick.GoldenSamplePaths[0]);
        var pixels = good.AsFrame().Pixels.ToArray();
        var random = new Random(1);
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = kind switch
            {
                "black" => 0,
                "white" => 255,
                "grey" => 128,
                "static" => (byte)random.Next(256),
                "half static" => i % 64 < 32 ? (byte)random.Next(256) : pixels[i],
                _ => (byte)(pixels[i] / 16),
            };
        foreach (var profile in Brick.ProfileNames)
        {
            using var inspector = Inspector.Open(Brick, new InspectorOptions { Profile = profile });

            Assert.True(inspector.Inspect(new Frame(pixels, 64, 64, 1)).IsDefect, profile);
        }
    }

    [Fact]
    public void Inspect_GoodSamples_AreNotUnlike()
    {
        using var inspector = Inspector.Open(Brick);

        Assert.All(Directory.GetFiles(Path.Combine(Brick.Folder, "samples", "test", "good")), path => Assert.Null(inspector.Inspect(path).Unlike));
    }

    [Fact]
    public void Check_RangeOfEightPictures_AcceptsItAndTwoWidthsOnBothSides()
    {
        // 8 pictures of .25 and .5: one power of two wide, twice as much to either side, so 1/16 to 2.
        var gate = new LightGate(new LightCalibration { Brightness = [0.25f, 0.25f, 0.25f, 0.25f, 0.5f, 0.5f, 0.5f, 0.5f] });

        Assert.Null(gate.Check(Of(18)));
        Assert.Null(gate.Check(Of(255)));
        Assert.StartsWith("brightness is 0.", gate.Check(Of(12)));
        Assert.Null(new LightGate(null).Check(Of(0)));

        static Frame Of(byte level) => new(Enumerable.Repeat(level, 32 * 32).ToArray(), 32, 32, 1);
    }
}
