using Edge.Training.Data;
using Edge.Training.Learning;

namespace Edge.Training.Tests.Data;

public sealed class CorruptionTests
{
    private const int Side = 64;

    [Fact]
    public void Spoil_ManyDraws_ChangesOnlyWhatIsMarkedOrLeftOpen()
    {
        for (var i = 0UL; i < 60; i++)
        {
            var (before, crop, mask, weight) = Spoiled(i, 1);

            for (var k = 0; k < crop.Length; k++)
                if (mask[k] == 0 && weight[k] == 1)
                    Assert.Equal(before[k], crop[k]);
            Assert.All(crop, v => Assert.InRange(v, -1, 1));
        }
    }

    [Fact]
    public void Spoil_ManyDraws_MarksDotsAndLargePlaces()
    {
        var areas = Enumerable.Range(0, 200).Select(i => Spoiled((ulong)i, 1).Mask.Sum()).ToArray();

        Assert.True(areas.Count(a => a is > 0 and < 30) > 10, "hardly any small defects");
        Assert.True(areas.Count(a => a > 600) > 10, "hardly any large defects");
        // Faint ones are left open instead of marked.
        Assert.InRange(areas.Count(a => a == 0), 1, 80);
    }

    [Fact]
    public void Spoil_Marked_IsVisiblyOtherThanBefore()
    {
        for (var i = 0UL; i < 60; i++)
        {
            var (before, crop, mask, _) = Spoiled(i, 1);
            if (!mask.Contains(1))
                continue;
            Assert.True(mask.Select((m, k) => m * Math.Abs(crop[k] - before[k])).Sum() / mask.Sum() > 0.02, $"draw {i}");
        }
    }

    [Fact]
    public void Spoil_SmallDefects_CountMoreAPixelThanLargeOnes()
    {
        for (var i = 0UL; i < 60; i++)
        {
            var (_, _, mask, weight) = Spoiled(i, 1);
            // From a twentieth of the crop on they count once; below by the root of the area, up to eightfold.
            var expected = Math.Clamp(Math.Sqrt(0.05 * Side * Side / Math.Max(1, mask.Sum())), 1, 8);
            Assert.All(mask.Zip(weight).Where(p => p.First == 1), p => Assert.Equal(expected, p.Second, 1e-4));
        }
    }

    [Fact]
    public void Spoil_Again_KeepsWhatIsMarkedAndLeavesNoOldRimOpenThatIsSpoiledNow()
    {
        var more = 0;
        for (var i = 0UL; i < 40; i++)
        {
            var (before, crop, mask, weight) = Spoiled(i, 1);
            var first = (float[])mask.Clone();
            var draws = new Draws(2, i);
            Corruption.Spoil(crop, Side, (float[])TestPictures.Texture(2, Side, Side, 1).Values.Clone(), ref draws, mask, weight);

            Assert.All(first.Zip(mask), p => Assert.True(p.Second >= p.First));
            for (var k = 0; k < crop.Length; k++)
                if (mask[k] == 1)
                    Assert.InRange(weight[k], 1, 8);
                else if (weight[k] == 1)
                    Assert.Equal(before[k], crop[k]);
            more += mask.Sum() > first.Sum() ? 1 : 0;
        }
        Assert.True(more > 20, $"{more} of 40 crops have more marked");
    }

    [Fact]
    public void Spoil_ThreeChannels_SpoilsTheSamePlaceInAll()
    {
        // Not every draw can be seen.
        var (before, crop, mask, _) = Enumerable.Range(0, 20).Select(i => Spoiled((ulong)i, 3)).First(spoiled => spoiled.Mask.Contains(1));

        for (var c = 0; c < 3; c++)
            Assert.Contains(Enumerable.Range(0, Side * Side), k => mask[k] == 1 && before[c * Side * Side + k] != crop[c * Side * Side + k]);
    }

    [Fact]
    public void Spoil_FiveHundredDrawsInColour_ChangesBrightnessAndHue()
    {
        // On one colour only a change of tone shows, not of structure.
        float[] before = [.. Enumerable.Range(0, 3 * Side * Side).Select(i => 0.2f * (i / (Side * Side)) - 0.2f)];
        var (together, apart) = (0, 0);
        for (var i = 0UL; i < 500; i++)
        {
            var (crop, mask, weight) = ((float[])before.Clone(), new float[Side * Side], new float[Side * Side]);
            var draws = new Draws(3, i);
            Corruption.Spoil(crop, Side, (float[])before.Clone(), ref draws, mask, weight);
            double[] changes = [.. crop.Zip(before, (a, b) => (double)a - b).Chunk(Side * Side).Select(c => c.Sum() / Math.Max(1, c.Count(v => v != 0)))];
            if (changes.All(c => c > 0.005) || changes.All(c => c < -0.005))
                together++;
            else if (changes.Max() > 0.005 && changes.Min() < -0.005)
                apart++;
        }

        Assert.True(together > 100, $"{together} draws change brightness");
        Assert.True(apart > 50, $"{apart} draws change the hue");
    }

    private static (float[] Before, float[] Crop, float[] Mask, float[] Weight) Spoiled(ulong stream, int channels)
    {
        var before = TestPictures.Texture(0, Side, Side, channels).Values;
        var crop = (float[])before.Clone();
        var (mask, weight) = (new float[Side * Side], new float[Side * Side]);
        Array.Fill(weight, 1);
        var draws = new Draws(1, stream);
        Corruption.Spoil(crop, Side, (float[])TestPictures.Texture(1, Side, Side, channels).Values.Clone(), ref draws, mask, weight);
        return (before, crop, mask, weight);
    }
}
