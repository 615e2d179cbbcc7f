using Edge.Runtime.Bundles;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Tests.Scoring;

/// <summary>
/// The expected values come from a program in numpy that was written from the text of <see cref="AnomalyMapper"/> alone, in doubles:
/// <code>
/// z_k = (f_k x_k - mean[k, zone]) / deviation[k, zone], zone = min(16, distance from the nearest border), f_k = 1 / clip(median_k, low_k, high_k)
/// s_w = G_w(sum_k weight[w, k] z_k) / G_w(mask), G_w = normalised exp(-i^2 / 2 w^2) for |i| up to ceil(3 w), numpy.pad mode 'reflect'
/// m = max over w of (s_w - mean_w) / deviation_w; after each width z_k = 0 where s_w > limit_w
/// m = exp(m - 1) where m is below 1; then m / median below the median, 1 + (m - median) / excess above it; 0 outside the mask
/// score = mean of the top values inside the mask; median_k = sort(x_k)[n / 2]
/// with a mask median_k^c usual_k^(1 - c) in its place, where c = share counted / share of the fit
/// </code>
/// At the widths used here the smoothing is not approximated, so that only the rounding of floats remains.
/// </summary>
public class AnomalyMapperTests
{
    private const int Height = 24, Width = 20;

    private static readonly (int Y, int X)[] Places =
    [
        (0, 0), (0, 19), (23, 0), (23, 19), (1, 2), (2, 17), (5, 7), (6, 3), (8, 11), (9, 12),
        (10, 13), (11, 14), (12, 15), (13, 10), (15, 5), (16, 16), (18, 9), (20, 2), (21, 18), (12, 0),
    ];

    private static MapConstants Constants { get; } = new()
    {
        // The first plane's median of 0.4996 lies in its range, the second's of 0.5371 below it.
        MedianLow = [0.4f, 0.6f], MedianHigh = [0.7f, 0.9f], MedianUsual = [0.52915026f, 0.73484692f],
        Mean = [.. Enumerable.Range(0, 17).Select(i => 1 + 0.02 * i), .. Enumerable.Range(0, 17).Select(i => 1.1 + 0.03 * i)],
        Deviation = [.. Enumerable.Range(0, 17).Select(i => 0.5 + 0.01 * i), .. Enumerable.Range(0, 17).Select(i => 0.6 - 0.01 * i)],
        PlaneWeight = [0.7f, 0.3f, 1.25f, 0.75f], WidthMean = [0.05f, -0.1f],
        WidthDeviation = [0.3f, 0.15f], WidthLimit = [1.5f, 9], Median = 2.5f, Excess = 0.8f,
    };

    [Fact]
    public void Map_WholePicture_IsWhatNumpyGives() => AssertMap(MapSettingsOf(true), null, 17.988186137908585,
        [
            0.3343, 0.01858793, 0.1196615, 0.06360734, 0.2070405, 0.05932435, 0.015812, 0.03577565, 3.334103, 16.65635,
            24.25277, 14.49326, 1.462011, 0.05198494, 0.0838418, 0.05162902, 0.04173226, 0.09624351, 0.06920181, 0.1830523,
        ]);

    [Fact]
    public void Map_Mask_IsWhatNumpyGives() => AssertMap(MapSettingsOf(true), Mask(), 17.685370115321547,
        [
            0, 0.01783921, 0.1133534, 0.060226, 0, 0.05625964, 0.01445944, 0.0435791, 2.983709, 15.86724,
            26.85717, 0, 0, 0.0435976, 0.07927018, 0.05313577, 0.03973984, 0.09112479, 0.06557853, 0.172448,
        ]);

    [Fact]
    public void Map_NeitherDividedNorSuppressed_IsWhatNumpyGives() => AssertMap(MapSettingsOf(false), null, 4.26923821030489,
        [
            0.008964254, 0.002006905, 0.005462369, 0.003723089, 0.006974647, 0.003533607, 0.0016175, 0.002680892, 0.04540482, 3.423117,
            7.557297, 2.571202, 0.02664097, 0.002556502, 0.003721291, 0.003150124, 0.002585173, 0.004603912, 0.003894345, 0.006597434,
        ]);

    /// <summary>The mean of the two middle ones of twelve pictures' upper medians.</summary>
    private static float UsualMedian(IReadOnlyList<PicturePlanes> pictures, int plane, byte[]? counted)
    {
        float[] medians = [.. pictures.Select(picture =>
        {
            float[] values = [.. picture.Plane(plane).ToArray().Where((_, i) => counted is null || counted[i] != 0).Order()];
            return values[values.Length / 2];
        }).Order()];
        return (medians[5] + medians[6]) / 2;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fit_TwelvePicturesOneOfThemOdd_MeasuresWhatNumpyGives(bool masked)
    {
        var reading = new Reading { TScales = new TScaleSettings { Timesteps = [25, 50] }, Map = MapSettingsOf(true) with { Weights = [1, 3] } };
        var pictures = Enumerable.Range(0, 12).Select(SmallPicture).ToList();

        var constants = new AnomalyMapper(reading).Fit(pictures, masked ? SmallMask() : null);

        var expected = masked ? MaskedConstants : WholeConstants;
        Assert.Equal(expected.CountedShare, constants.CountedShare, 1e-6f);
        AssertClose(expected.MedianLow, constants.MedianLow);
        AssertClose(expected.MedianHigh, constants.MedianHigh);
        AssertClose([.. Enumerable.Range(0, 2).Select(k => UsualMedian(pictures, k, masked ? SmallMask() : null))], constants.MedianUsual);
        AssertClose(expected.PlaneWeight, constants.PlaneWeight);
        AssertClose(expected.WidthMean, constants.WidthMean);
        AssertClose(expected.WidthDeviation, constants.WidthDeviation);
        AssertClose(expected.WidthLimit, constants.WidthLimit);
        AssertClose([expected.Median, expected.Excess], [constants.Median, constants.Excess]);
        // Pictures of 12 x 10 end at zone 4; what no picture has takes the last that there is.
        for (var k = 0; k < 2; k++)
            for (var zone = 0; zone < 17; zone++)
            {
                Assert.Equal(expected.Mean[5 * k + Math.Min(zone, 4)], constants.Mean[17 * k + zone], 1e-5);
                Assert.Equal(expected.Deviation[5 * k + Math.Min(zone, 4)], constants.Deviation[17 * k + zone], 1e-5);
            }
    }

    private static MapConstants WholeConstants { get; } = new()
    {
        CountedShare = 1, MedianLow = [0.078141491f, 0.044665307f], MedianHigh = [1.9106806f, 3.3846854f],
        Mean = [0.93552306, 1.0704077, 0.9716981, 1.099856, 1.5871574, 0.95488745, 0.96992329, 0.99876801, 1.1110281, 1.363142],
        Deviation = [0.57249212, 0.58911548, 0.59380484, 1.0848815, 2.215634, 0.55399604, 0.53879743, 0.57566161, 1.1007556, 2.2297379],
        PlaneWeight = [0.98735512f, 2.7801664f, 2.0943241f, 6.414252f],
        WidthMean = [-0.0037490365f, -0.20421899f], WidthDeviation = [0.8787848f, 0.8180423f],
        WidthLimit = [4.7137777f, 3.2303859f], Median = 1.2424674f, Excess = 1.2688336f,
    };

    /// <summary>The mask leaves out zone 0, which takes zone 1's constants.</summary>
    private static MapConstants MaskedConstants { get; } = new()
    {
        CountedShare = 0.59166667f, MedianLow = [0.059231697f, 0.034107644f], MedianHigh = [2.5837626f, 4.1526991f],
        Mean = [0.98691092, 0.98691092, 0.91879888, 1.0228701, 1.4418627, 0.9701633, 0.9701633, 0.99986881, 1.1047577, 1.3399302],
        Deviation = [0.54032099, 0.54032099, 0.55359004, 0.97548936, 1.9146873, 0.55506505, 0.55506505, 0.59157425, 1.0956511, 2.1227155],
        PlaneWeight = [0.89226095f, 2.4843634f, 2.2482378f, 4.6545278f],
        WidthMean = [-0.0027580914f, -0.1101114f], WidthDeviation = [0.92560995f, 0.91241511f],
        WidthLimit = [5.0423945f, 3.7639396f], Median = 0.75813137f, Excess = 1.4285749f,
    };

    private static MapSettings MapSettingsOf(bool both) => new() { Relative = both, Suppress = both, Widths = [1.5, 4], TopPixels = 10 };

    private static void AssertMap(MapSettings settings, byte[]? counted, double score, double[] values)
    {
        var reading = new Reading { TScales = new TScaleSettings { Timesteps = [25, 50] }, Map = settings, Constants = Constants };
        var mapper = new AnomalyMapper(reading);
        var map = new float[Height * Width];

        // The second time everything that is kept between pictures is in use.
        for (var again = 0; again < 2; again++)
        {
            var found = mapper.Map(Picture(), Height, Width, counted, map);

            Assert.Equal(score, found, 2e-5 * score);
            for (var i = 0; i < values.Length; i++)
                Assert.Equal(values[i], map[Places[i].Y * Width + Places[i].X], 2e-5 * Math.Max(values[i], 0.01));
        }
    }

    /// <summary>[2, 24, 20] uniform numbers; 3 x 3 pixels from (9, 12) on are eight times as high.</summary>
    private static float[] Picture()
    {
        var values = new Lcg(1).Units(2 * Height * Width);
        Raise(values, Height, Width, 9, 12);
        return values;
    }

    /// <summary>0 for the corner above and left of (5, 7), and for rows 11 to 15 of columns 13 to 16.</summary>
    private static byte[] Mask() =>
        MaskOf(Height, Width, (y, x) => !((y < 5 && x < 7) || (y is >= 11 and < 16 && x is >= 13 and < 17)));

    /// <summary>[2, 12, 10] uniform numbers times (8 + p) / 16; in the eighth picture 3 x 3 pixels from (4, 3) on are eight times as high.</summary>
    private static PicturePlanes SmallPicture(int p)
    {
        float[] values = [.. new Lcg(100 + (ulong)p).Units(2 * 12 * 10).Select(v => v * (8 + p) / 16)];
        if (p == 7)
            Raise(values, 12, 10, 4, 3);
        return new PicturePlanes(12, 10, values);
    }

    /// <summary>0 for the rim, and for the rows from 8 on of the columns before 4.</summary>
    private static byte[] SmallMask() =>
        MaskOf(12, 10, (y, x) => y is > 0 and < 11 && x is > 0 and < 9 && !(y > 7 && x < 4));

    private static byte[] MaskOf(int height, int width, Func<int, int, bool> counts) =>
        [.. Enumerable.Range(0, height * width).Select(i => (byte)(counts(i / width, i % width) ? 1 : 0))];

    private static void Raise(float[] values, int height, int width, int top, int left)
    {
        for (var k = 0; k < 2; k++)
            for (var y = top; y < top + 3; y++)
                for (var x = left; x < left + 3; x++)
                    values[(k * height + y) * width + x] *= 8;
    }

    private static void AssertClose(IReadOnlyList<float> expected, IReadOnlyList<float> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++)
            Assert.Equal(expected[i], actual[i], 1e-5f + 2e-5f * Math.Abs(expected[i]));
    }
}
