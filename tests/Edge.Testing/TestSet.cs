namespace Edge.Testing;

/// <summary>A data set in a folder of its own: good pictures are dark, defective ones have a bright square where the mask says so.</summary>
internal sealed class TestSet : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("edge-tests-").FullName;

    public TestSet(int good = 4, int defective = 3)
    {
        for (var i = 0; i < good; i++)
            Picture($"test/good/{i:000}.png", (x, y) => (byte)((x * 7 + y * 13 + i * 5) % 50));
        for (var i = 0; i < defective; i++)
        {
            Picture($"test/hole/{i:000}.png", (x, y) => InSquare(x, y) ? (byte)(200 + i) : (byte)((x * 7 + y * 13 + i * 3) % 50));
            Picture($"ground_truth/hole/{i:000}_mask.png", (x, y) => InSquare(x, y) ? (byte)255 : (byte)0);
        }
    }

    public static bool InSquare(int x, int y) => x is >= 3 and < 6 && y is >= 2 and < 5;

    public string Picture(string name, Func<int, int, byte> pixel, int width = 12, int height = 10)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        byte[][] rows = [.. Enumerable.Range(0, height).Select(y => Enumerable.Range(0, width).Select(x => pixel(x, y)).ToArray())];
        File.WriteAllBytes(At(name), TestPictures.Png(width, height, 8, 0, rows));
        return At(name);
    }

    public string At(string name) => Path.Combine(Folder, name);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
