using Edge.Evaluation.Metrics;

namespace Edge.Evaluation.Tests.Metrics;

/// <summary>Small made-up test sets.</summary>
internal static class RandomSet
{
    /// <summary>Maps of so many levels, a little higher inside blobs.</summary>
    public static ScoredPicture[] Make(int seed, int good, int defective, int side, int levels)
    {
        var random = new Random(seed);
        var pictures = new ScoredPicture[good + defective];
        for (var p = 0; p < pictures.Length; p++)
        {
            var mask = p < good ? null : Blobs(random, side);
            var map = new float[side * side];
            for (var i = 0; i < map.Length; i++)
                map[i] = (float)Math.Floor(levels * (0.7 * random.NextDouble() + (mask is not null && mask[i] != 0 ? 0.3 * random.NextDouble() : 0))) / levels;
            pictures[p] = new ScoredPicture(map, side, mask);
        }
        return pictures;
    }

    /// <summary>Every defective pixel above every normal one.</summary>
    public static ScoredPicture[] Perfect(int seed) =>
        [.. Make(seed, 3, 3, 12, 50).Select(p => p with { Map = [.. p.Map.Select((x, i) => x + (p.Mask is not null && p.Mask[i] != 0 ? 10 : 0))] })];

    static byte[] Blobs(Random random, int side)
    {
        var mask = new byte[side * side];
        for (var blob = 0; blob < 3; blob++)
        {
            int x = random.Next(side), y = random.Next(side), size = random.Next(1, 4);
            for (var v = y; v < Math.Min(y + size, side); v++)
                for (var u = x; u < Math.Min(x + size, side); u++)
                    mask[v * side + u] = 255;
        }
        return mask;
    }
}
