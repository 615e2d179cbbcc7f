using Edge.Runtime.Bundles;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Tests.Scoring;

/// <summary>
/// The expected values come from a program in numpy that was written from the text of <see cref="AnomalyMapper"/> alone, in doubles:
/// <code>
/// z_k = (f_k x_k - mean[k, zone]) / deviation[k, zone], zone = min(16, distance from the nearest border), f_k = 1 / clip(d_k, low_k, high_k)
/// s_w = G_w(sum_k weight[w, k] z_k) / G_w(mask), G_w = normalised exp(-i^2 / 2 w^2) for |i| up to ceil(3 w), numpy.pad mode 'reflect'
/// m = max over w of (s_w - mean_w) / deviation_w; after each width z_k = 0 where s_w > limit_w
/// m = exp(m - 1) where m is below 1; 0 outside the mask
/// score = mean of the top values inside the mask; d_k = median_k^c usual_k^(1 - c), c = n / (n + 4096), median_k = sort(x_k inside the mask)[n / 2]
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
        // The first plane's divisor of 0.5445 lies in its range, the second's of 0.5038 below it.
        MedianLow = [0.4f, 0.6f], MedianHigh = [0.7f, 0.9f], MedianUsual = [0.55f, 0.5f],
        Mean = [.. Enumerable.Range(0, 17).Select(i => 1 + 0.02 * i), .. Enumerable.Range(0, 17).Select(i => 1.1 + 0.03 * i)],
        Deviation = [.. Enumerable.Range(0, 17).Select(i => 0.5 + 0.01 * i), .. Enumerable.Range(0, 17).Select(i => 0.6 - 0.01 * i)],
        PlaneWeight = [0.7f, 0.3f, 1.25f, 0.75f], WidthMean = [0.05f, -0.1f],
        WidthDeviation = [0.3f, 0.15f], WidthLimit = [1.5f, 9],
    };

    [Fact]
    public void Map_WholePicture_IsWhatNumpyGives() => AssertMap(MapSettingsOf(true), null, 14.71712763,
        [
            0.5095305, 0.03441838, 0.2014432, 0.1067136, 0.3286923, 0.1006846, 0.0300103, 0.06499005, 3.654601, 13.6607,
            19.43267, 12.16502, 2.356924, 0.08912003, 0.1391845, 0.08950055, 0.07253962, 0.1614355, 0.1168189, 0.2959837,
        ]);

    [Fact]
    public void Map_Mask_IsWhatNumpyGives() => AssertMap(MapSettingsOf(true), Mask(), 14.61261844,
        [
            0, 0.03424035, 0.2000719, 0.105981, 0, 0.1000133, 0.02853327, 0.08112507, 3.467276, 13.19986,
            21.54082, 0, 0, 0.0783818, 0.1382037, 0.09491628, 0.072141, 0.1603266, 0.1160292, 0.2937645,
        ]);

    [Fact]
    public void Map_NeitherDividedNorSuppressed_IsWhatNumpyGives() => AssertMap(MapSettingsOf(false), null, 5.100991353,
        [
            0.02241063, 0.005017262, 0.01365592, 0.009307723, 0.01743662, 0.008834017, 0.00404375, 0.00670223, 0.1135121, 4.438494,
            7.745838, 3.756962, 0.06660242, 0.006391255, 0.009303228, 0.00787531, 0.006462932, 0.01150978, 0.009735862, 0.01649359,
        ]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fit_TwelvePicturesOneOfThemOdd_MeasuresWhatNumpyGives(bool masked)
    {
        var reading = new Reading { TScales = new TScaleSettings { Timesteps = [25, 50] }, Map = MapSettingsOf(true) with { Weights = [1, 3] } };
        var pictures = Enumerable.Range(0, 12).Select(SmallPicture).ToList();

        var constants = new AnomalyMapper(reading).Fit(pictures, masked ? SmallMask() : null);

        var expected = masked ? MaskedConstants : WholeConstants;
        AssertClose(expected.MedianLow, constants.MedianLow);
        AssertClose(expected.MedianHigh, constants.MedianHigh);
        AssertClose(expected.MedianUsual, constants.MedianUsual);
        AssertClose(expected.PlaneWeight, constants.PlaneWeight);
        AssertClose(expected.WidthMean, constants.WidthMean);
        AssertClose(expected.WidthDeviation, constants.WidthDeviation);
        AssertClose(expected.WidthLimit, constants.WidthLimit);
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
        MedianLow = [0.22943794f, 0.23036543f], MedianHigh = [0.74387647f, 0.75245332f], MedianUsual = [0.41393681f, 0.41717538f],
        Mean = [0.93671528, 1.0711845, 0.97331583, 1.1240682, 1.7027439, 1.016832, 1.0347498, 1.0475547, 1.2073992, 1.5455055],
        Deviation = [0.62911182, 0.66128571, 0.65194077, 1.2803122, 2.6735129, 0.65677042, 0.64483356, 0.65182138, 1.4089253, 2.8709917],
        PlaneWeight = [0.6264852f, 1.7189501f, 0.73002005f, 2.0328562f],
        WidthMean = [-0.0025520523f, 0.0015421577f], WidthDeviation = [0.96570485f, 0.99349887f],
        WidthLimit = [5.0648681f, 3.0456181f],
    };

    /// <summary>The mask leaves out zone 0, which takes zone 1's constants.</summary>
    private static MapConstants MaskedConstants { get; } = new()
    {
        MedianLow = [0.23670205f, 0.23826245f], MedianHigh = [0.76272145f, 0.77085438f], MedianUsual = [0.42550625f, 0.42952852f],
        Mean = [1.0408833, 1.0408833, 0.96605662, 1.1011004, 1.6559405, 0.99599661, 0.99599661, 1.0202468, 1.1749414, 1.5039474],
        Deviation = [0.64480605, 0.64480605, 0.63967685, 1.2741324, 2.6013098, 0.62311882, 0.62311882, 0.63669734, 1.4174368, 2.7958299],
        PlaneWeight = [0.58084819f, 1.7347049f, 0.68843538f, 2.0681335f],
        WidthMean = [-0.0012807847f, -0.0032966375f], WidthDeviation = [0.9718269f, 0.99363415f],
        WidthLimit = [5.1429814f, 2.8223297f],
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
