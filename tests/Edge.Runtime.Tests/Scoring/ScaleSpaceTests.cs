using Edge.Runtime.Diffusion;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Tests.Scoring;

public class ScaleSpaceTests
{
    private const int Side = 96;

    [Fact]
    public void Apply_OneWidth_IsTheStandardisedSmoothing()
    {
        var plane = Noise(1);
        var smooth = new float[plane.Length];
        var filter = new GaussianFilter(2);
        filter.Apply(plane, smooth, new float[filter.ScratchLength(Side)], Side, Side);

        var map = Map(new ScaleSpace([2]), plane, [new WidthConstants(0.25f, 0.5f, float.MaxValue)]);

        for (var i = 0; i < map.Length; i++)
        {
            var z = (smooth[i] - 0.25) / 0.5;
            Assert.Equal(z >= 1 ? z : Math.Exp(z - 1), map[i], 1e-4);
        }
    }

    [Fact]
    public void Apply_PointAndStain_EachIsFound()
    {
        var scales = new ScaleSpace([1, 8]);
        var constants = Fit(scales);
        var point = Noise(50);
        point[48 * Side + 48] += 40;
        var stain = Noise(51);
        for (var y = 30; y < 66; y++)
            for (var x = 30; x < 66; x++)
                stain[y * Side + x] += 1;

        Assert.True(Map(scales, point, constants)[48 * Side + 48] > 8);
        Assert.True(Map(scales, stain, constants)[48 * Side + 48] > 8);
        // In one narrow window the stain is hardly more than noise.
        Assert.True(Map(new ScaleSpace([1]), stain, constants[..1])[48 * Side + 48] < 8);
    }

    [Fact]
    public void Apply_StrongPoint_DoesNotLightUpTheWideWindow()
    {
        var scales = new ScaleSpace([1, 8]);
        var constants = Fit(scales);
        var plane = Noise(52);
        plane[48 * Side + 48] += 1000;

        var map = Map(scales, plane, constants);
        var spread = Map(scales, plane, [constants[0] with { Limit = float.MaxValue }, constants[1]]);

        var kept = Map(new ScaleSpace([1, 8], takeOut: false), plane, constants);

        var aside = 48 * Side + 58;
        Assert.Equal(spread[aside], kept[aside]);
        Assert.True(spread[aside] > 20, $"{spread[aside]}");
        Assert.True(map[aside] < 8, $"{map[aside]}");
        Assert.True(map[48 * Side + 48] > 100);
    }

    [Fact]
    public void Apply_BothSides_QuietPlaceIsAsStrangeAsALoudOne()
    {
        var scales = new ScaleSpace([2, 8], bothSides: true);
        var constants = Fit(scales);
        var (quiet, loud) = (Noise(60), Noise(60));
        for (var y = 30; y < 66; y++)
            for (var x = 30; x < 66; x++)
                (quiet[y * Side + x], loud[y * Side + x]) = (-2, 2);

        var (below, above) = (Map(scales, quiet, constants)[48 * Side + 48], Map(scales, loud, constants)[48 * Side + 48]);
        Assert.True(below > 8);
        Assert.True(above > 8);
        Assert.True(Map(new ScaleSpace([2, 8]), quiet, constants)[48 * Side + 48] < 1);
    }

    [Fact]
    public void Fit_Noise_HasItsMeanAndDeviation()
    {
        var constants = Fit(new ScaleSpace([2, 6]));

        // White noise of deviation 1 under a Gaussian of width s has deviation 1 / (2 s sqrt(pi)) (Parseval); borders reflect, so a little more.
        Assert.Equal(0, constants[0].Mean, 0.02);
        Assert.InRange(constants[0].Deviation, 0.95 / (4 * Math.Sqrt(Math.PI)), 1.15 / (4 * Math.Sqrt(Math.PI)));
        Assert.InRange(constants[1].Deviation, 0.9 / (12 * Math.Sqrt(Math.PI)), 1.3 / (12 * Math.Sqrt(Math.PI)));
        Assert.InRange(constants[0].Limit, 3.5 * constants[0].Deviation, 7 * constants[0].Deviation);
    }

    [Fact]
    public void Fit_PicturesOfManySizesInOneBuffer_HasTheConstantsOfEachInItsOwn()
    {
        var scales = new ScaleSpace([1, 4]);
        var sides = new[] { 96, 40, 64, 33 };
        var buffer = new float[Side * Side];

        var shared = scales.Fit(sides.Length, i =>
        {
            Noise(i).AsSpan(0, sides[i] * sides[i]).CopyTo(buffer);
            return (buffer, sides[i], sides[i]);
        });

        Assert.Equal(scales.Fit(sides.Length, i => (Noise(i)[..(sides[i] * sides[i])], sides[i], sides[i])), shared);
    }

    [Fact]
    public void Constructor_BadWidths_AreRefused()
    {
        foreach (var widths in new double[][] { [], [0], [-1], [double.NaN], [1000], [2, 2], [4, 2] })
            Assert.Throws<BundleException>(() => new ScaleSpace(widths));
    }

    private static WidthConstants[] Fit(ScaleSpace scales) => scales.Fit(20, i => (Noise(i), Side, Side));

    private static float[] Map(ScaleSpace scales, float[] plane, WidthConstants[] constants)
    {
        var map = new float[plane.Length];
        scales.Apply([.. plane], Side, Side, constants, new float[scales.ScratchLength(Side, Side)], map);
        return map;
    }

    /// <summary>Standard normal.</summary>
    private static float[] Noise(int seed)
    {
        var noise = new float[Side * Side];
        PhiloxNoise.Fill(noise, (ulong)seed, 7);
        return noise;
    }
}
