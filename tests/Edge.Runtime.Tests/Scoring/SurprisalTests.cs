using Edge.Runtime.Scoring;

namespace Edge.Runtime.Tests.Scoring;

public sealed class SurprisalTests
{
    private const int Normals = 400_000;

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(1)]
    [InlineData(4.5)]
    [InlineData(7)]
    [InlineData(30)]
    public void Apply_ExponentialNormals_IsTheValueItself(double value)
    {
        // Of Exp(1) a share of exp(-y) reaches y: the surprisal of y is y, also where no normal was seen.
        var constants = Surprisal.Fit(Exponential());
        var total = new float[1];

        Surprisal.Apply([(float)value], constants, add: false, total);

        Assert.Equal(value, total[0], 0.02 + 0.06 * value);
    }

    [Fact]
    public void Apply_BelowEveryNormal_IsNothing()
    {
        var total = new float[1];

        Surprisal.Apply([-5], Surprisal.Fit(Exponential()), add: false, total);

        Assert.Equal(0, total[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(64)]
    public void Apply_Add_AddsEveryValueToItsPlace(int length)
    {
        var constants = Surprisal.Fit(Exponential());
        float[] map = [.. Enumerable.Range(0, length).Select(i => 0.2f * i)], alone = new float[length], total = [.. Enumerable.Range(0, length).Select(i => 8f * i)];

        Surprisal.Apply(map, constants, add: false, alone);
        Surprisal.Apply(map, constants, add: true, total);

        Assert.All(Enumerable.Range(0, length), i => Assert.Equal(8f * i + alone[i], total[i], 1e-3f));
        Assert.Equal(alone.Order(), alone);
    }

    [Fact]
    public void Fit_ManyPixelsOfOneValue_StaysFiniteAndAscending()
    {
        var constants = Surprisal.Fit([.. Enumerable.Range(0, 5000).Select(i => i < 4990 ? 1f : i)]);

        Assert.Equal(Surprisal.Count, constants.Length);
        Assert.All(constants.Zip(constants.Skip(1).SkipLast(1)), c => Assert.True(c.First < c.Second));
        var total = new float[1];
        Surprisal.Apply([5000], constants, add: false, total);
        Assert.InRange(total[0], 6.9f, 1e6f);
    }

    [Fact]
    public void Fit_OneValueAlone_IsRefused() =>
        Assert.Contains("the same everywhere", Assert.Throws<BundleException>(() => Surprisal.Fit(new float[100])).Message);

    [Fact]
    public void Apply_LengthsThatDoNotFit_IsRefused() =>
        Assert.Throws<ArgumentException>(() => Surprisal.Apply([1, 2], new float[Surprisal.Count], add: false, new float[1]));

    private static float[] Exponential()
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, Normals).Select(_ => (float)-Math.Log(1 - random.NextDouble()))];
    }
}
