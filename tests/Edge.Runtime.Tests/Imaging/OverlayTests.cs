using Edge.Runtime.Imaging;
using Edge.Testing;

namespace Edge.Runtime.Tests.Imaging;

public class OverlayTests
{
    private static readonly OverlayCaption Defect = new(true, 3.2, 2.5, 0.004, "balanced", "part-17.png");
    private static readonly OverlayCaption Good = new(false, 1.2, 2.5, 0.4, "balanced", "part-18.png");

    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(64, 48, 1, 1)]
    [InlineData(64, 48, 3, 1)]
    [InlineData(300, 200, 1, 2)]
    [InlineData(20_000, 4, 1, 1)]
    [InlineData(4, 5_000, 3, 1)]
    [InlineData(1_700, 600, 3, 2)]
    public void Render_AnyShape_GivesAReadablePicture(int width, int height, int channels, int bytes)
    {
        var pixels = new byte[width * height * channels * bytes];
        var map = new float[width * height];
        map[^1] = 9;
        byte[] png = Overlay.Render(new Frame(pixels, width, height, channels, bytes), map, 0.5f, Defect);
        using DecodedPicture overlay = PictureFile.Decode(png, "overlay.png");
        Assert.Equal(3, overlay.Channels);
        Assert.InRange(overlay.Width, 640, 3400);
        Assert.InRange(overlay.Height, 100, 3400);
    }

    [Fact]
    public void Render_DefectOrNot_ShowsRedOrGreen()
    {
        Assert.True(Share(Defect, (b, g, r) => r > 180 && g < 100 && b < 100) > 0.01);
        Assert.True(Share(Good, (b, g, r) => g > 150 && r < 80 && b < 130) > 0.01);
        Assert.Equal(0, Share(Good, (b, g, r) => r > 180 && g < 100 && b < 100));
    }

    [Fact]
    public void Render_OnePixelAboveThresholdInALargePicture_IsOutlined()
    {
        var map = new float[2400 * 300];
        Assert.Equal(0, Outline(map));
        map[150 * 2400 + 1200] = 0.6f;
        Assert.True(Outline(map) > 20);

        static int Outline(float[] map)
        {
            using DecodedPicture overlay =
                PictureFile.Decode(Overlay.Render(new Frame(new byte[map.Length], 2400, 300, 1), map, 0.5f, Good), "overlay.png");
            Frame frame = overlay.AsFrame();
            int count = 0;
            // The legend at the foot shows the outline's colour too.
            for (int y = 0; y < frame.Height - 60; y++)
            {
                ReadOnlySpan<byte> row = frame.Row(y);
                for (int x = 0; x < row.Length; x += 3)
                    if (row[x] > 230 && row[x + 1] > 230 && row[x + 2] < 40) count++;
            }
            return count;
        }
    }

    [Fact]
    public void Render_UnusualNumbersAndNames_AreDrawn()
    {
        var caption = new OverlayCaption(false, double.NaN, double.NaN, double.NaN, "", "Teil-\u00fc\u4e00" + new string('x', 300));
        float[] map = [float.NaN, float.PositiveInfinity, -1, 0];
        Assert.NotEmpty(Overlay.Render(new Frame(new byte[4], 2, 2, 1), map, 1, caption));
    }

    [Fact]
    public void Render_WrongMapOrThreshold_Throws()
    {
        Assert.Throws<ArgumentException>(() => Overlay.Render(new Frame(new byte[4], 2, 2, 1), new float[3], 1, Good));
        Assert.Throws<ArgumentException>(() => Overlay.Render(new Frame(new byte[4], 2, 2, 1), new float[4], 0, Good));
        Assert.Throws<ArgumentException>(() => Overlay.Render(new Frame(new byte[4], 2, 2, 1), new float[4], float.NaN, Good));
    }

    [Fact]
    public void Write_File_LeavesNothingElseBehind()
    {
        using var folder = new TemporaryFolder();
        Overlay.Write(folder.File("a.png"), new Frame(new byte[4], 2, 2, 1), new float[4], 1, Good);
        Assert.Equal([folder.File("a.png")], Directory.GetFiles(folder.Path));
        Assert.Throws<PictureException>(() => Overlay.Write(folder.File("no/where.png"), new Frame(new byte[4], 2, 2, 1), new float[4], 1, Good));
    }

    private static double Share(OverlayCaption caption, Func<byte, byte, byte, bool> matches)
    {
        using DecodedPicture overlay = PictureFile.Decode(Overlay.Render(new Frame(new byte[4096], 64, 64, 1), new float[4096], 1, caption), "overlay.png");
        Frame frame = overlay.AsFrame();
        int count = 0;
        // The strip above the pictures.
        for (int y = 0; y < 84; y++)
        {
            ReadOnlySpan<byte> row = frame.Row(y);
            for (int x = 0; x < row.Length; x += 3)
                if (matches(row[x], row[x + 1], row[x + 2])) count++;
        }
        return count / (84.0 * frame.Width);
    }
}
