using Edge.Runtime.Diffusion;
using Edge.Training.Data;
using Edge.Training.Learning;
using Edge.Training.Networks;

namespace Edge.Training.Tests.Learning;

public sealed class BatchSamplerTests
{
    private static readonly FitOptions Options = new() { Network = new UNetOptions(), Crop = 32, Batch = 8, TMax = 100, VaryExposure = false, VaryGeometry = false };
    private static readonly IReadOnlyList<TrainingPicture> Pictures = [.. Enumerable.Range(0, 4).Select(i => TestPictures.Texture(i))];

    [Fact]
    public void Draw_SameSeedAndStep_IsTheSame()
    {
        var (a, b) = (Sampler(1).Draw(17), Sampler(1).Draw(17));

        Assert.Equal(a.Crops, b.Crops);
        Assert.Equal(a.Noise, b.Noise);
        Assert.Equal(a.T, b.T);
        Assert.NotEqual(a.Crops, Sampler(1).Draw(18).Crops);
        Assert.NotEqual(a.Crops, Sampler(2).Draw(17).Crops);
    }

    [Fact]
    public void Draw_ManySteps_CoversTheTimestepsAndNoOthers()
    {
        var sampler = Sampler(3);
        var drawn = Enumerable.Range(0, 400).Select(step => sampler.Draw(step).T).ToArray();

        // The other four crops of a step are without noise.
        Assert.All(drawn, t => Assert.Equal(4, t.Length));
        Assert.All(drawn.SelectMany(t => t), t => Assert.InRange(t, 1, 99));
        // 1,600 draws of 99 values: each is missed with probability 1e-7.
        Assert.Equal(99, drawn.SelectMany(t => t).Distinct().Count());
    }

    [Fact]
    public void Draw_NoiseTakenOutAgain_LeavesACropOfOnePicture()
    {
        var batch = Sampler(5).Draw(0);
        var schedule = new NoiseSchedule();
        var (t, length) = ((int)batch.T[0], 32 * 32);
        var crop = Enumerable.Range(0, length)
            .Select(i => (batch.Crops[i] - schedule.SqrtOneMinusAbar(t) * batch.Noise[i]) / schedule.SqrtAbar(t)).ToArray();

        Assert.Contains(Candidates(), c => c.Zip(crop).All(p => Math.Abs(p.First - p.Second) < 1e-4));
    }

    [Fact]
    public void Draw_CropsWithoutNoise_AreSpoiledWhereTheyAreMarked()
    {
        var sampler = Sampler(9);
        var candidates = Candidates().ToList();
        var (spoiled, good) = (0, 0);
        for (var step = 0; step < 4; step++)
        {
            var batch = sampler.Draw(step);
            for (var i = 0; i < 4; i++)
            {
                var crop = batch.Crops.AsSpan((4 + i) * 32 * 32, 32 * 32).ToArray();
                var (mask, weight) = (batch.Spoiled.AsSpan(i * 32 * 32, 32 * 32).ToArray(), batch.Weight.AsSpan(i * 32 * 32, 32 * 32).ToArray());
                // Where it counts as good it is some picture's crop, pixel by pixel.
                Assert.Contains(candidates, c => c.Zip(crop).Where((_, k) => mask[k] == 0 && weight[k] == 1).All(p => Math.Abs(p.First - p.Second) < 1e-4));
                if (mask.Contains(1))
                    spoiled++;
                else
                    good++;
            }
        }
        Assert.InRange(spoiled, 8, 16);
        Assert.InRange(good, 1, 8);
    }

    [Fact]
    public void Draw_LargePicture_HoldsEveryRimFarMoreOftenThanAPlaceIsDrawn()
    {
        // A frame of one pixel, of another brightness on every side.
        const int Extent = 128;
        var values = new float[Extent * Extent];
        for (var i = 0; i < Extent; i++)
            (values[i], values[(Extent - 1) * Extent + i], values[i * Extent], values[i * Extent + Extent - 1]) = (-0.8f, -0.4f, 0.4f, 0.8f);
        var options = Options with { Batch = 64, TMax = 10, Flip = false };
        var sampler = new BatchSampler([new TrainingPicture("p", new PictureShape(1, Extent, Extent), values)], options, new NoiseSchedule(), 3);
        var schedule = new NoiseSchedule();

        float[] shades = [-0.8f, -0.4f, 0.4f, 0.8f];
        var rims = new int[4];
        for (var step = 0; step < 20; step++)
        {
            var batch = sampler.Draw(step);
            for (var i = 0; i < 32; i++)
            {
                float Middle(int y, int x) => (float)((batch.Crops[(i * 32 + y) * 32 + x] - schedule.SqrtOneMinusAbar((int)batch.T[i]) * batch.Noise[(i * 32 + y) * 32 + x]) / schedule.SqrtAbar((int)batch.T[i]));
                float[] sides = [Middle(0, 16), Middle(31, 16), Middle(16, 0), Middle(16, 31)];
                for (var side = 0; side < 4; side++)
                    rims[side] += Math.Abs(sides[side] - shades[side]) < 1e-3 ? 1 : 0;
            }
        }

        // 9 of 113 places of 640: 51. Even draws would hold it once in 97: 7.
        Assert.All(rims, rim => Assert.InRange(rim, 25, 80));
    }

    [Fact]
    public void Draw_Spread_CoversTheTimestepsEvenly()
    {
        var sampler = new BatchSampler(Pictures, Options, new NoiseSchedule(), 1, spread: 2);

        // Eight timesteps over 1..99: the middles of eighths.
        Assert.Equal(Enumerable.Range(0, 8).Select(i => (float)Math.Floor(1 + (i + 0.5) * 99 / 8)), sampler.Draw(0).T.Concat(sampler.Draw(1).T));
    }

    [Fact]
    public void Draw_VariedExposure_ReachesAsFarAsThePicturesVary()
    {
        // One texture at -0.5, which leaves half the room to black.
        var texture = TestPictures.Texture(0);
        var values = (float[])texture.Values.Clone();
        texture.Expose(values, -0.5f, 0.1f);
        var options = Options with { VaryExposure = true, Crop = 48, Batch = 64, TMax = 10 };
        var sampler = new BatchSampler([new TrainingPicture("p", texture.Shape, values)], options, new NoiseSchedule(), 3, PictureVariation.None with { Brightness = 0.2, Contrast = 1.5 });

        var crops = sampler.Draw(0).Crops.Chunk(48 * 48).Skip(32).ToList();
        var means = sampler.Draw(1).Crops.Chunk(48 * 48).Take(32).Select(crop => crop.Average()).Order().ToArray();

        Assert.Equal(32, crops.Count);
        Assert.InRange(means[0], -0.5 - 0.2 * 0.5 - 0.03, -0.55);
        Assert.InRange(means[^1], -0.45, -0.5 + 0.2 * 0.5 + 0.03);
    }

    [Fact]
    public void Draw_OneExposure_VariesContrastAsFarEitherWay()
    {
        var sampler = new BatchSampler([TestPictures.Texture(0)], Options with { VaryExposure = true, Crop = 48, Batch = 64, TMax = 10 }, new NoiseSchedule(), 3, PictureVariation.None with { Contrast = 1.5 });
        var own = TestPictures.Texture(0).Exposure.Deviation;

        var factors = sampler.Draw(0).Crops.Chunk(48 * 48).Take(32).Select(crop => Deviation(crop) / own).Order().ToArray();

        Assert.InRange(factors[0], 0.6, 0.8);
        Assert.InRange(factors[^1], 1.25, 1.6);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Draw_InColour_VariesTheWhiteBalanceUnlessExposureIsKept(bool vary)
    {
        // Three channels of one content: what differs between them is white balance.
        var picture = TestPictures.Texture(0).WithChannels(3);
        var options = Options with { Network = Options.Network with { Channels = 3 }, VaryExposure = vary, Crop = 48, Batch = 64, TMax = 10 };

        var crops = new BatchSampler([picture], options, new NoiseSchedule(), 3, PictureVariation.None with { ChannelBrightness = 0.06 }).Draw(0).Crops.Chunk(3 * 48 * 48).Take(32);
        var spreads = crops.Select(crop => crop.Chunk(48 * 48).Select(channel => channel.Average())).Select(means => means.Max() - means.Min()).Order().ToArray();

        // Means of 2,304 pixels with a little noise on them differ by less than 0.01.
        if (vary)
        {
            Assert.InRange(spreads[^1], 0.05, 2 * 0.06 + 0.03);
            Assert.InRange(spreads[16], 0.02, 0.12);
        }
        else
            Assert.InRange(spreads[^1], 0, 0.01);
    }

    [Fact]
    public void Draw_VariedGeometry_LeavesTheDenoisersCropsAndHalfOfTheOthersAsTheyAre()
    {
        var options = Options with { VaryGeometry = true, Batch = 128, TMax = 2 };
        var sampler = new BatchSampler(Pictures, options, new NoiseSchedule(), 3, PictureVariation.None with { Angle = 0.15, Scale = 1.2 });
        var schedule = new NoiseSchedule();
        var candidates = Candidates().ToList();

        var batch = sampler.Draw(0);
        bool IsAsItIs(IEnumerable<float> crop) => candidates.Any(c => c.Zip(crop).All(p => Math.Abs(p.First - p.Second) < 1e-3));
        var noised = Enumerable.Range(0, 64).Count(i =>
            IsAsItIs(Enumerable.Range(i * 32 * 32, 32 * 32).Select(k => (batch.Crops[k] - schedule.SqrtOneMinusAbar(1) * batch.Noise[k]) / schedule.SqrtAbar(1)).Select(v => (float)v)));
        // A fifth of the others is not corrupted.
        int[] clean = [.. Enumerable.Range(0, 64).Where(i => batch.Spoiled.AsSpan(i * 32 * 32, 32 * 32).IndexOfAnyExcept(0f) < 0 && batch.Weight.AsSpan(i * 32 * 32, 32 * 32).IndexOfAnyExcept(1f) < 0)];
        var asTheyAre = clean.Count(i => IsAsItIs(batch.Crops.AsSpan((64 + i) * 32 * 32, 32 * 32).ToArray()));

        Assert.Equal(64, noised);
        Assert.InRange(asTheyAre, 1, clean.Length - 1);
    }

    [Fact]
    public void Expose_OwnExposure_ChangesNothing()
    {
        var picture = TestPictures.Texture(1);
        var values = (float[])picture.Values.Clone();

        picture.Expose(values, picture.Exposure.Mean, picture.Exposure.Deviation);

        Assert.All(values.Zip(picture.Values), v => Assert.Equal(v.First, v.Second, 1e-6));
    }

    private static double Deviation(float[] values)
    {
        var mean = values.Average(v => (double)v);
        return Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
    }

    private static BatchSampler Sampler(ulong seed) => new(Pictures, Options, new NoiseSchedule(), seed);

    private static IEnumerable<float[]> Candidates()
    {
        foreach (var picture in Pictures)
            for (var top = 0; top <= 16; top++)
                for (var left = 0; left <= 16; left++)
                    foreach (var (v, h) in new[] { (false, false), (false, true), (true, false), (true, true) })
                    {
                        var crop = new float[32 * 32];
                        picture.Crop(32, top, left, v, h, crop);
                        yield return crop;
                    }
    }
}
