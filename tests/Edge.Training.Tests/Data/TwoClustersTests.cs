using Edge.Runtime.Diffusion;
using Edge.Training.Data;

namespace Edge.Training.Tests.Data;

public sealed class TwoClustersTests
{
    private const int Channels = 16;

    [Theory]
    [InlineData(20, 20)]
    [InlineData(95, 5)]
    [InlineData(5, 95)]
    [InlineData(38, 2)]
    public void Smaller_TwoFarApart_IsTheSmaller(int first, int second)
    {
        float[][] vectors = [.. Cloud(first, 0, seed: 1), .. Cloud(second, 20, seed: 2)];

        Assert.Equal(first < second ? Enumerable.Range(0, first) : Enumerable.Range(first, second), TwoClusters.Smaller(vectors));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Smaller_OneCloud_IsNone(int seed) => Assert.Empty(TwoClusters.Smaller([.. Cloud(100, 0, (ulong)seed)]));

    [Fact]
    public void Smaller_ManyRolls_IsNone()
    {
        // Ten pictures of each of ten rolls, which lie as far apart as they lie from the mean of all.
        var rolls = Cloud(10, 0, seed: 3).Select(roll => roll.Select(value => 8 * value).ToArray());
        float[][] vectors = [.. rolls.SelectMany((roll, i) =>
            Cloud(10, 0, seed: 10 + (ulong)i).Select(vector => vector.Zip(roll, (v, r) => v + r).ToArray()))];

        Assert.Empty(TwoClusters.Smaller(vectors));
    }

    [Fact]
    public void Smaller_OneOddVector_IsNone() => Assert.Empty(TwoClusters.Smaller([.. Cloud(40, 0, seed: 4), .. Cloud(1, 50, seed: 5)]));

    [Fact]
    public void Smaller_AllAlike_IsNone() => Assert.Empty(TwoClusters.Smaller([.. Enumerable.Repeat(new float[Channels], 30)]));

    [Fact]
    public void Smaller_FewerThanTwenty_IsNone() => Assert.Empty(TwoClusters.Smaller([.. Cloud(10, 0, seed: 6), .. Cloud(9, 20, seed: 7)]));

    /// <summary>Normal vectors of deviation 1 in each channel, about a point.</summary>
    private static IEnumerable<float[]> Cloud(int count, float middle, ulong seed)
    {
        for (var i = 0; i < count; i++)
        {
            var vector = new float[Channels];
            PhiloxNoise.Fill(vector, seed, (ulong)i);
            for (var c = 0; c < Channels; c++)
                vector[c] += middle;
            yield return vector;
        }
    }
}
