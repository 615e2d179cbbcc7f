using Edge.Runtime.Scoring;

namespace Edge.Runtime.Tests.Scoring;

public sealed class SurprisalTests
{
    private const int Normals = 400_000;

    /// <summary>The most that a pixel's surprisal is: one normal pixel in 1,024 reaches the value.</summary>
    private static readonly double Most = Math.Log(1024);

    /// <summary>Half of them reach 1,000, the others exceed that by 10, 20, 30 ... 250: by 130 in the mean.</summary>
    private static readonly float[] Scores = [.. Enumerable.Range(-25, 51).Select(i => 1000f + 10 * i)];

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(1)]
    [InlineData(4.5)]
    [InlineData(6.5)]
    public void Combine_ExponentialNormals_IsTheValueItself(double value)
    {
        // Of Exp(1) a share of exp(-y) reaches y: the surprisal of y is y.
        var constants = Surprisal.Fit(Exponential(), Scores);

        Assert.Equal(value, Combine((float)value, constants, -5, constants), 0.02 + 0.06 * value);
        Assert.Equal(value + 1, Combine((float)value, constants, 1, constants), 0.04 + 0.06 * value);
    }

    [Fact]
    public void Combine_BelowEveryNormal_IsNothing()
    {
        var constants = Surprisal.Fit(Exponential(), Scores);
        Assert.Equal(0, Combine(-5, constants, -5, constants));
    }

    [Theory]
    [InlineData(999, 0)]
    [InlineData(1130, 10)]
    [InlineData(1390, 30)]
    public void Combine_BeyondWhatHalfOfThePicturesReach_CountsTheMeanExcesses(float value, double picture)
    {
        var constants = Surprisal.Fit(Exponential(), Scores);
        Assert.Equal(Most + picture, Combine(value, constants, -5, constants), 0.01);
    }

    [Fact]
    public void Combine_BothStrange_TheStrangerPictureCounts()
    {
        // The other map's normal pictures exceed their median by ten times as much: 1,390 is ten times less strange there.
        float[] constants = Surprisal.Fit(Exponential(), Scores), wide = Surprisal.Fit(Exponential(), [.. Scores.Select(s => 1000 + 10 * (s - 1000))]);

        Assert.Equal(2 * Most + 30, Combine(1390, constants, 1390, wide), 0.01);
        Assert.Equal(2 * Most + 30, Combine(1390, wide, 1390, constants), 0.01);
    }

    [Fact]
    public void Fit_APictureUnlikeAllOthers_IsLeftOut() =>
        Assert.Equal(Surprisal.Fit(Exponential(), Scores)[^1], Surprisal.Fit(Exponential(), [.. Scores, 5000])[^1], 10.0);

    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(64)]
    public void Combine_AnyLength_GivesEveryPlaceItsOwn(int length)
    {
        var constants = Surprisal.Fit(Exponential(), Scores);
        float[] first = [.. Enumerable.Range(0, length).Select(i => 0.2f * i)], second = [.. Enumerable.Range(0, length).Select(i => 0.1f * (length - i))], total = new float[length];

        Surprisal.Combine(first, constants, second, constants, total);

        Assert.All(Enumerable.Range(0, length), i => Assert.Equal(Combine(first[i], constants, second[i], constants), total[i]));
        Surprisal.Combine(first, constants, second, constants, first);
        Assert.Equal(total, first);
    }

    [Fact]
    public void Fit_ManyPixelsOfOneValue_StaysFiniteAndAscending()
    {
        var constants = Surprisal.Fit([.. Enumerable.Range(0, 5000).Select(i => i < 4990 ? 1f : i)], [1, 1, 1, 1]);

        Assert.Equal(Surprisal.Count, constants.Length);
        Assert.All(constants[..^2].Zip(constants[1..^2]), c => Assert.True(c.First < c.Second));
        Assert.True(constants[^1] > 0);
        Assert.True(float.IsFinite(Combine(5000, constants, 5000, constants)));
    }

    [Fact]
    public void Fit_OneValueAlone_IsRefused() =>
        Assert.Contains("the same everywhere", Assert.Throws<BundleException>(() => Surprisal.Fit(new float[100], Scores)).Message);

    [Fact]
    public void Combine_LengthsThatDoNotFit_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => Surprisal.Combine([1, 2], new float[Surprisal.Count], [1, 2], new float[Surprisal.Count], new float[1]));
        Assert.Throws<ArgumentException>(() => Surprisal.Combine([1], new float[Surprisal.Count], [1, 2], new float[Surprisal.Count], new float[1]));
        Assert.Throws<ArgumentException>(() => Surprisal.Combine([1], new float[3], [1], new float[Surprisal.Count], new float[1]));
    }

    private static float Combine(float first, float[] constants, float second, float[] others)
    {
        var total = new float[1];
        Surprisal.Combine([first], constants, [second], others, total);
        return total[0];
    }

    private static float[] Exponential()
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, Normals).Select(_ => (float)-Math.Log(1 - random.NextDouble()))];
    }
}
