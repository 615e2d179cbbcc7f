using Edge.Runtime;
using Edge.Runtime.Imaging;
using Edge.Testing;

namespace Edge.Drawing.Tests;

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
        Assert.Throws<ArgumentException>(() => Overlay.Render(new Frame(new byte[4], 2, 2, 1), new float[4], -1, Good));
        Assert.Throws<ArgumentException>(() => Overlay.Render(new Frame(new byte[4], 2, 2, 1), new float[4], float.NaN, Good));
    }

    [Fact]
    public void Render_ThresholdOfZero_OutlinesWhatIsAboveIt()
    {
        var map = new float[64 * 64];
        var nothing = Overlay.Render(new Frame(new byte[64 * 64], 64, 64, 1), map, 0, Good);
        map[2080] = 1e-20f;
        Assert.NotEqual(nothing, Overlay.Render(new Frame(new byte[64 * 64], 64, 64, 1), map, 0, Good));
    }

    [Theory]
    [InlineData("\u0416", "\u0429")]
    [InlineData("\u03A8", "\u03A9")]
    [InlineData("\u00FC", "\u00F6")]
    [InlineData("\u0645\u0631\u062D\u0628\u0627", "\u0633\u0644\u0627\u0645\u0648")]
    [InlineData("\u05E9\u05DC\u05D5\u05DD", "\u05D0\u05D1\u05D2\u05D3")]
    [InlineData("\u30E9\u30D9\u30EB", "\u691C\u67FB\u54E1")]
    [InlineData("\u0E44\u0E17\u0E22", "\u0E17\u0E17\u0E22")]
    [InlineData("\u0001", "\u0002")]
    public void Render_NamesInAnyScript_ShowAsThemselves(string one, string other)
    {
        byte[][] overlays = [Named(one), Named(other), Named(new string('?', one.Length))];
        Assert.Equal(3, overlays.DistinctBy(Convert.ToHexString).Count());
        Assert.Equal(overlays[0], Named(one));

        static byte[] Named(string name) => Overlay.Render(new Frame(new byte[64], 8, 8, 1), new float[64], 1, Good with { Name = name });
    }

    [Fact]
    public void Render_ManyThreadsWhileMemoryIsCollected_GiveTheSameBytes()
    {
        var expected = Render();
        Assert.All(ParallelEnumerable.Range(0, 40).Select(i =>
        {
            if (i % 4 == 0)
                GC.Collect();
            return Render();
        }).ToArray(), overlay => Assert.Equal(expected, overlay));

        static byte[] Render()
        {
            var map = new float[64 * 48];
            map.AsSpan(700, 30).Fill(3);
            return Overlay.Render(new Frame(new byte[64 * 48 * 3], 64, 48, 3), map, 1, Defect with { Name = "\u0645\u0631\u062D\u0628\u0627-7" });
        }
    }

    [Theory]
    [InlineData(1600, 1200, 960, 720)]
    [InlineData(640, 480, 640, 480)]
    [InlineData(100, 50, 400, 200)]
    public void RenderMap_AnySize_FitsTheScreenAndIsThePicturesSize(int width, int height, int shownWidth, int shownHeight)
    {
        var frame = new Frame(new byte[width * height], width, height, 1);
        using var map = PictureFile.Decode(Overlay.RenderMap(frame, new float[width * height], 1, 960), "map");
        using var picture = PictureFile.Decode(Overlay.RenderPicture(frame, 960), "picture");
        Assert.Equal(("JPEG", shownWidth, shownHeight), (map.Format, map.Width, map.Height));
        Assert.Equal((map.Format, map.Width, map.Height), (picture.Format, picture.Width, picture.Height));
    }

    [Fact]
    public void RenderMap_Levels_AreGreyBelowAndInfernoAboveTheThreshold()
    {
        var pixels = new byte[400 * 400];
        pixels.AsSpan().Fill(100);
        var map = new float[pixels.Length];
        map.AsSpan(0, 200 * 400).Fill(2);
        using var shown = PictureFile.Decode(Overlay.RenderMap(new Frame(pixels, 400, 400, 1), map, 1, 400, jpegQuality: null), "map");
        // The picture at four fifths; matplotlib ends inferno at (252, 255, 164), which covers 72 % of it. Away from the outline.
        Assert.Equal([80, 80, 80], shown.AsFrame().Row(300).Slice(3 * 200, 3).ToArray());
        byte[] top = [.. shown.AsFrame().Row(100).Slice(3 * 200, 3)];
        foreach (var (seen, expected) in top.Zip((double[])[164, 255, 252]))
            Assert.Equal(0.28 * 80 + 0.72 * expected, seen, 1.0);
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
        using DecodedPicture overlay =
            PictureFile.Decode(Overlay.Render(new Frame(new byte[4096], 64, 64, 1), new float[4096], 1, caption), "overlay.png");
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
