using Edge.Bench.Cover;
using Edge.Runtime;

namespace Edge.Bench.Tests.Cover;

public sealed class CoversTests
{
    private const int Width = 96, Height = 64;

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.2)]
    [InlineData(0.6)]
    [InlineData(1)]
    public void Place_Share_IsOneRegionOfThatShare(double share)
    {
        var place = Covers.Place(Width, Height, share, seed: 3);

        Assert.Equal((int)Math.Round(share * Width * Height), place.Count(inside => inside));
        Assert.Equal(place.Count(inside => inside), RegionAbout(place, Array.IndexOf(place, true)));
        Assert.Equal(place, Covers.Place(Width, Height, share, seed: 3));
    }

    [Fact]
    public void Place_AnotherSeed_IsAnotherPlace() =>
        Assert.NotEqual(Covers.Place(Width, Height, 0.2, seed: 3), Covers.Place(Width, Height, 0.2, seed: 4));

    [Theory]
    [InlineData(0)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void Place_NoShare_Throws(double share) => Assert.Throws<ArgumentOutOfRangeException>(() => Covers.Place(Width, Height, share, seed: 0));

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.6)]
    public void Paint_EachKind_ChangesThePlaceAlone(double share)
    {
        var good = Stripes(3);
        var place = Covers.Place(Width, Height, share, seed: 1);

        foreach (var kind in Enum.GetValues<Covering>())
        {
            var covered = Covers.Paint(new Frame(good, Width, Height, 3), kind, share, seed: 1).Pixels.ToArray();

            Assert.Equal(covered, Covers.Paint(new Frame(good, Width, Height, 3), kind, share, seed: 1).Pixels.ToArray());
            var changed = Enumerable.Range(0, place.Length).Where(i => !covered.AsSpan(3 * i, 3).SequenceEqual(good.AsSpan(3 * i, 3))).ToArray();
            // The soft rim reaches two pixels far, and now and then a foreign texture has a pixel's own value.
            Assert.All(changed, i => Assert.True(Near(place, i)));
            Assert.InRange(changed.Count(i => place[i]), 0.95 * place.Count(inside => inside), Width * Height);
        }
    }

    [Fact]
    public void Paint_StainOfColour_KeepsMostOfTheRedAndLeastOfTheBlue()
    {
        var white = Enumerable.Repeat((byte)200, 3 * Width * Height).ToArray();

        var covered = Covers.Paint(new Frame(white, Width, Height, 3), Covering.Stain, 1, seed: 2).Pixels.ToArray();

        // On average six tenths of the way to 0.15, 0.45 and 0.8 of the value.
        double[] expected = [200 * (1 - 0.6 * 0.85), 200 * (1 - 0.6 * 0.55), 200 * (1 - 0.6 * 0.2)];
        for (var c = 0; c < 3; c++)
            Assert.Equal(expected[c], Enumerable.Range(0, Width * Height).Average(i => (double)covered[3 * i + c]), 3.0);
    }

    [Fact]
    public void Paint_ForeignOfAll_HasThePicturesBrightnessAndContrast()
    {
        var good = Stripes(1);

        var covered = Covers.Paint(new Frame(good, Width, Height, 1), Covering.Foreign, 1, seed: 2).Pixels.ToArray();

        var (mean, deviation) = Moments(good);
        Assert.Equal(mean, Moments(covered).Mean, 0.5);
        Assert.Equal(deviation, Moments(covered).Deviation, 0.5);
    }

    [Fact]
    public void Paint_SixteenBits_IsAsOfEight()
    {
        var eight = Stripes(1);
        var sixteen = new byte[2 * eight.Length];
        for (var i = 0; i < eight.Length; i++)
            BitConverter.TryWriteBytes(sixteen.AsSpan(2 * i), (ushort)(257 * eight[i]));

        foreach (var kind in Enum.GetValues<Covering>())
        {
            var expected = Covers.Paint(new Frame(eight, Width, Height, 1), kind, 0.6, seed: 5).Pixels.ToArray();
            var actual = Covers.Paint(new Frame(sixteen, Width, Height, 1, 2), kind, 0.6, seed: 5).Pixels.ToArray();
            Assert.All(expected.Select((value, i) => BitConverter.ToUInt16(actual, 2 * i) / 257.0 - value),
                difference => Assert.InRange(difference, -0.51, 0.51));
        }
    }

    /// <summary>Stripes four pixels wide, of 60 and 140, with a slope.</summary>
    private static byte[] Stripes(int channels) =>
        [.. Enumerable.Range(0, channels * Width * Height)
            .Select(i => (byte)(60 + 80 * (i / channels % Width / 4 % 2) + i / channels / Width / 8 + 5 * (i % channels)))];

    private static bool Near(bool[] place, int i)
    {
        for (var y = Math.Max(0, i / Width - 2); y <= Math.Min(Height - 1, i / Width + 2); y++)
            for (var x = Math.Max(0, i % Width - 2); x <= Math.Min(Width - 1, i % Width + 2); x++)
                if (place[y * Width + x])
                    return true;
        return false;
    }

    private static int RegionAbout(bool[] place, int start)
    {
        var seen = new HashSet<int> { start };
        var rim = new Stack<int>([start]);
        while (rim.TryPop(out var at))
            foreach (var next in (int[])[at % Width > 0 ? at - 1 : -1, at % Width < Width - 1 ? at + 1 : -1, at - Width, at + Width])
                if (next >= 0 && next < place.Length && place[next] && seen.Add(next))
                    rim.Push(next);
        return seen.Count;
    }

    private static (double Mean, double Deviation) Moments(byte[] values)
    {
        var mean = values.Average(v => (double)v);
        return (mean, Math.Sqrt(values.Average(v => (v - mean) * (v - mean))));
    }
}
