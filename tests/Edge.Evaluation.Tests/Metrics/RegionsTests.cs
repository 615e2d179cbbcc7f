using Edge.Evaluation.Metrics;

namespace Edge.Evaluation.Tests.Metrics;

public class RegionsTests
{
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.35)]
    [InlineData(0.5)]
    [InlineData(0.8)]
    public void Label_RandomMasks_SamePartitionAsFloodFill(double density)
    {
        var random = new Random((int)(density * 100));
        for (var trial = 0; trial < 20; trial++)
        {
            int width = random.Next(1, 30), height = random.Next(1, 30);
            var mask = new byte[width * height];
            for (var i = 0; i < mask.Length; i++)
                mask[i] = random.NextDouble() < density ? (byte)255 : (byte)0;

            var labels = new int[mask.Length];
            var sizes = Regions.Label(mask, width, labels);
            // Both number regions in the order of their first pixel, so the labels themselves must agree.
            Assert.Equal(FloodFill(mask, width), labels);
            Assert.Equal(sizes, Enumerable.Range(1, sizes.Length).Select(k => labels.Count(label => label == k)));
        }
    }

    [Fact]
    public void Label_Diagonal_IsOneRegion() => Assert.Equal([3], Regions.Label([1, 0, 0, 0, 1, 0, 0, 0, 1], 3, new int[9]));

    [Fact]
    public void Label_RowEnds_DoNotTouch() => Assert.Equal([1, 1], Regions.Label([0, 0, 1, 1, 0, 0], 3, new int[6]));

    [Fact]
    public void Label_OldLabels_Overwritten()
    {
        int[] labels = [9, 9, 9];
        Assert.Equal([1], Regions.Label([0, 1, 0], 3, labels));
        Assert.Equal([0, 1, 0], labels);
    }

    internal static int[] FloodFill(byte[] mask, int width)
    {
        var height = mask.Length / width;
        var labels = new int[mask.Length];
        var regions = 0;
        for (var start = 0; start < mask.Length; start++)
        {
            if (mask[start] == 0 || labels[start] != 0)
                continue;
            var open = new Stack<int>([start]);
            labels[start] = ++regions;
            while (open.TryPop(out var at))
                for (var y = Math.Max(at / width - 1, 0); y <= Math.Min(at / width + 1, height - 1); y++)
                    for (var x = Math.Max(at % width - 1, 0); x <= Math.Min(at % width + 1, width - 1); x++)
                        if (mask[y * width + x] != 0 && labels[y * width + x] == 0)
                        {
                            labels[y * width + x] = regions;
                            open.Push(y * width + x);
                        }
        }
        return labels;
    }
}
