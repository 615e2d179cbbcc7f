using Edge.Evaluation.Metrics;

namespace Edge.Evaluation.Tests.Metrics;

public class RadixSortTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(10_000)]
    public void Sort_AnySigns_EqualsArraySort(int count)
    {
        var random = new Random(count);
        var values = new float[count];
        for (var i = 0; i < count; i++)
            values[i] = (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-30, 30)));
        var expected = values.Order().ToArray();
        RadixSort.Sort(values);
        Assert.Equal(expected, values);
    }

    [Fact]
    public void Sort_ExtremesAndZeros_InOrder()
    {
        float[] values = [0f, float.PositiveInfinity, -0f, float.Epsilon, float.MinValue, -float.Epsilon, float.MaxValue, float.NegativeInfinity];
        RadixSort.Sort(values);
        Assert.Equal([float.NegativeInfinity, float.MinValue, -float.Epsilon, 0f, 0f, float.Epsilon, float.MaxValue, float.PositiveInfinity], values);
    }
}
