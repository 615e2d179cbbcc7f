using Edge.Runtime.Imaging;

namespace Edge.Runtime.Tests.Imaging;

public class TilingTests
{
    // height, width, tile, overlap, multiple
    public static TheoryData<int, int, int, int, int> Plans => new()
    {
        { 256, 256, 256, 32, 8 }, { 300, 256, 256, 32, 8 }, { 300, 700, 128, 32, 16 }, { 97, 1000, 96, 24, 8 }, { 65, 64, 64, 0, 8 },
        { 100, 101, 64, 60, 8 }, { 4, 2000, 256, 16, 8 }, { 1, 1, 64, 8, 8 }, { 3, 5, 64, 8, 32 }, { 255, 13, 64, 1, 1 },
    };

    [Theory]
    [MemberData(nameof(Plans))]
    public void Tiles_AnyPicture_FitTheNetwork(int height, int width, int tile, int overlap, int multiple)
    {
        var tiling = new Tiling(height, width, tile, overlap, multiple);
        Assert.Equal((0, 0), (tiling.TileHeight % multiple, tiling.TileWidth % multiple));
        Assert.InRange(tiling.TileHeight, 1, tile);
        Assert.InRange(tiling.TileWidth, 1, tile);
        if (height <= tile && width <= tile) Assert.Equal(1, tiling.Count);
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public void Accumulate_Constant_BlendsToTheConstantEverywhere(int height, int width, int tile, int overlap, int multiple)
    {
        var tiling = new Tiling(height, width, tile, overlap, multiple);
        var map = new float[height * width];
        var ones = new float[tiling.TileHeight * tiling.TileWidth];
        Array.Fill(ones, 1);
        for (int i = 0; i < tiling.Count; i++) tiling.Accumulate(ones, i, map);
        Assert.All(map, v => Assert.Equal(1, v, 1e-5));
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public void Accumulate_ExtractedRamp_GivesThePictureBack(int height, int width, int tile, int overlap, int multiple)
    {
        var tiling = new Tiling(height, width, tile, overlap, multiple);
        float[] picture = Enumerable.Range(0, height * width).Select(i => (i % width) / (float)width - (i / width) / (float)height).ToArray();
        var map = new float[picture.Length];
        var piece = new float[tiling.TileHeight * tiling.TileWidth];
        for (int i = 0; i < tiling.Count; i++)
        {
            tiling.Extract(picture, i, piece);
            tiling.Accumulate(piece, i, map);
        }
        for (int i = 0; i < map.Length; i++) Assert.Equal(picture[i], map[i], 1e-5);
    }

    [Fact]
    public void Accumulate_OneTile_KeepsItsBits()
    {
        var tiling = new Tiling(3, 5, 64, 8, 8);
        float[] piece = Enumerable.Range(0, 64).Select(i => MathF.Sqrt(i) / 3).ToArray();
        piece[1] = -0f;
        var map = new float[15];
        tiling.Accumulate(piece, 0, map);
        for (int i = 0; i < 15; i++) Assert.Equal(BitConverter.SingleToInt32Bits(piece[i / 5 * 8 + i % 5]), BitConverter.SingleToInt32Bits(map[i]));
    }

    [Fact]
    public void Extract_SmallPicture_ReflectsRepeatedlyWithoutTheEdge()
    {
        // Reflect-101 of 0 1 2: 0 1 2 1 0 1 2 1.
        var tiling = new Tiling(1, 3, 64, 8, 8);
        var piece = new float[64];
        tiling.Extract([0, 1, 2], 0, piece);
        for (int y = 0; y < 8; y++) Assert.Equal([0, 1, 2, 1, 0, 1, 2, 1], piece[(y * 8)..(y * 8 + 8)]);
    }

    [Fact]
    public void Extract_Channels_StayApart()
    {
        var tiling = new Tiling(2, 2, 8, 0, 2);
        var piece = new float[12];
        float[] picture = Enumerable.Range(0, 12).Select(i => (float)i).ToArray();
        tiling.Extract(picture, 0, piece);
        Assert.Equal(picture, piece);
    }

    [Fact]
    public void Accumulate_Seam_FadesMonotonically()
    {
        var tiling = new Tiling(8, 112, 64, 16, 8);
        Assert.Equal(2, tiling.Count);
        var map = new float[8 * 112];
        var ones = new float[8 * 64];
        Array.Fill(ones, 1);
        tiling.Accumulate(ones, 0, map);
        for (int x = 1; x < 112; x++) Assert.True(map[x] <= map[x - 1]);
        Assert.Equal((1f, 0f), (map[47], map[64]));
    }

    [Theory]
    [InlineData(0, 5, 64, 8, 8)]
    [InlineData(5, 5, 60, 8, 8)]
    [InlineData(5, 5, 64, 64, 8)]
    [InlineData(5, 5, 64, -1, 8)]
    [InlineData(5, 5, 64, 8, 0)]
    public void Constructor_ContradictingNumbers_Throws(int height, int width, int tile, int overlap, int multiple) =>
        Assert.Throws<ArgumentException>(() => new Tiling(height, width, tile, overlap, multiple));

    [Fact]
    public void ExtractAndAccumulate_SteadyState_AllocateNothing()
    {
        var tiling = new Tiling(100, 200, 64, 16, 8);
        float[] picture = new float[3 * 100 * 200], piece = new float[3 * 64 * 64], map = new float[100 * 200];
        tiling.Extract(picture, 0, piece);
        tiling.Accumulate(piece.AsSpan(0, 64 * 64), 0, map);
        var allocated = new AllocatedBytes();
        for (int i = 0; i < tiling.Count; i++)
        {
            tiling.Extract(picture, i, piece);
            tiling.Accumulate(piece.AsSpan(0, 64 * 64), i, map);
        }
        Assert.Equal(0, allocated.Count);
    }
}
