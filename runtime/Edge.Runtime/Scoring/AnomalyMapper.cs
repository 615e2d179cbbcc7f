using System.Numerics;
using System.Numerics.Tensors;
using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Scoring;

/// <summary>
/// The planes of one reading become an anomaly map: standardise, smooth, combine, leave out what does not count. Not thread-safe.
/// <list type="number">
/// <item>Each plane is divided by its median, and standardised by zone of distance from the border. Of an even number of values the median is the upper of
/// the two in the middle. A small part of a picture says little of its contrast, and a defect is a large part of it: of n pixels that count, the divisor is
/// median^c usual^(1 - c) with c = n / (n + 4096), where the usual median is that of good pictures. It is kept within the range of good pictures.</item>
/// <item>At each width, narrow to wide, the planes are smoothed and summed, each over its deviation there. Smoothing is linear, so the sum is smoothed once.
/// The sum is standardised again. Pixels whose sum exceeds the limit of good pictures are 0,
/// the mean, in every plane at the wider ones (scale space, Lindeberg).</item>
/// <item>A pixel takes its largest value; values below 1 become exp(z - 1), so that a map is never negative.</item>
/// </list>
/// With a mask, medians are of the pixels that count, and smoothing is normalised convolution (Knutsson and Westin 1993): smooth(z m) / smooth(m).
/// </summary>
internal sealed class AnomalyMapper
{
    /// <summary>The limit of a width is this many times what the highest pixel of nine in ten good pictures reaches. Of all pictures the one odd picture would decide.</summary>
    private const double LimitFactor = 2, LimitShare = 0.9;

    /// <summary>As many pixels as the usual median counts for beside a picture's own.</summary>
    private const float UsualPixels = 64 * 64;

    /// <summary>A smoothed mask below this share carries too little to divide by.</summary>
    private const float LeastShare = 1e-3f;

    private readonly MapSettings settings;
    private readonly int planes;
    private readonly bool relative;
    private readonly float[] weights;
    private readonly CoarseGaussian[] filters;
    private readonly float[] top;
    private readonly float[] medians;
    private float[] standardised = [], combined = [], smooth = [], scratch = [], counting = [], shares = [];
    private byte[]? sharesOf;
    private (int Height, int Width) sharesShape;
    private MapConstants constants = new();

    /// <param name="reading">Its settings and constants.</param>
    public AnomalyMapper(Reading reading)
    {
        (settings, planes) = (reading.Map, reading.Planes.Count);
        relative = reading.IsDivided;
        weights = settings.Weights.Count == 0 ? [.. Enumerable.Repeat(1f / planes, planes)] : [.. settings.Weights.Select(w => (float)(w / settings.Weights.Sum()))];
        filters = [.. settings.Widths.Select(w => new CoarseGaussian(w))];
        top = new float[settings.TopPixels];
        medians = new float[planes];
        constants = reading.Constants;
    }

    /// <summary>[planes] divisor of each plane of the last picture, before it is kept within the range; 0 where planes are not divided.</summary>
    public ReadOnlySpan<float> Medians => medians;

    /// <summary>Makes map and score of a picture.</summary>
    /// <param name="values">[planes, H, W] what the network said, 0 or more.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="counted">[H, W] 0 where a pixel does not count; null where all count. A changed mask must be another array.</param>
    /// <param name="map">[H, W] receives the map, 0 or more, 0 where a pixel does not count.</param>
    /// <returns>The reading's score: the mean of the highest map values.</returns>
    public float Map(ReadOnlySpan<float> values, int height, int width, byte[]? counted, Span<float> map)
    {
        Standardise(values, height, width, counted, constants);
        for (var w = 0; w < filters.Length; w++)
        {
            var sum = Smooth(w, height, width, counted, WeightsAt(constants, w));
            Collect(sum, constants.WidthMean[w], constants.WidthDeviation[w], w == 0, map);
            if (settings.Suppress && w < filters.Length - 1)
                Suppress(sum, constants.WidthLimit[w]);
        }
        Soften(map);
        if (counted is not null)
            LeaveOut(map, counted);
        return ScoreReduction.TopMean(settings.TopPixels).Score(map, counted, top);
    }

    /// <summary>Measures the constants on good pictures and uses them from now on.</summary>
    /// <param name="pictures">Planes of this reading, one entry per picture.</param>
    /// <param name="counted">[H, W] which pixels of every picture count; null where all count.</param>
    /// <exception cref="BundleException">The pictures are the same everywhere.</exception>
    public MapConstants Fit(IReadOnlyList<PicturePlanes> pictures, byte[]? counted)
    {
        constants = relative ? FitMedians(pictures, counted) : new MapConstants();
        constants = FitPlanes(pictures, counted, constants);
        for (var w = 0; w < filters.Length; w++)
            constants = FitWidth(w, pictures, counted, constants);
        return constants;
    }

    private MapConstants FitMedians(IReadOnlyList<PicturePlanes> pictures, byte[]? counted)
    {
        var fitted = new MapConstants();
        for (var k = 0; k < planes; k++)
        {
            float[] medians = [.. pictures.Select(picture => Median(picture.Plane(k), counted, out _))];
            var usual = (float)Quantile.Of([.. medians], 0.5);
            if (!(medians.Max() > 1e-30f && usual > 0))
                throw new BundleException("map constants: a plane is 0 nearly everywhere on good pictures; are they all one colour?");
            float[] divisors = [.. pictures.Select(picture => Divisor(picture.Plane(k), counted, usual))];
            // As wide as the gate: a divisor at the rim of what was seen is no reason to distort a picture.
            var (low, high) = Gate.Widened("median", MathF.Log2(divisors.Min()), MathF.Log2(divisors.Max()), divisors.Length);
            fitted.MedianUsual.Add(usual);
            fitted.MedianLow.Add(float.Exp2(low));
            fitted.MedianHigh.Add(float.Exp2(high));
        }
        return fitted;
    }

    private MapConstants FitPlanes(IReadOnlyList<PicturePlanes> pictures, byte[]? counted, MapConstants known)
    {
        double[] sums = new double[planes * BorderZones.Count], squares = new double[sums.Length], counts = new double[sums.Length];
        foreach (var picture in pictures)
        {
            var zones = new BorderZones(picture.Height, picture.Width);
            for (var k = 0; k < planes; k++)
            {
                var plane = picture.Plane(k);
                double factor = Factor(k, plane, counted, known);
                for (var y = 0; y < picture.Height; y++)
                    for (int x = 0, end; x < picture.Width; x = end)
                    {
                        end = zones.RunEnd(y, x);
                        var zone = k * BorderZones.Count + zones.Zone(y, x);
                        for (var i = y * picture.Width + x; i < y * picture.Width + end; i++)
                        {
                            if (counted is not null && counted[i] == 0)
                                continue;
                            var value = factor * plane[i];
                            sums[zone] += value;
                            squares[zone] += value * value;
                            counts[zone]++;
                        }
                    }
            }
        }

        double[] mean = new double[sums.Length], deviation = new double[sums.Length];
        for (var k = 0; k < planes; k++)
        {
            var first = k * BorderZones.Count;
            for (var i = first + BorderZones.Count - 1; i >= first; i--)
            {
                // A zone that no picture has, or that a mask leaves out, takes the constants of the next one inwards, or the last that there is.
                mean[i] = counts[i] > 0 ? sums[i] / counts[i] : i + 1 < first + BorderZones.Count ? mean[i + 1] : double.NaN;
                deviation[i] = counts[i] > 0 ? Math.Sqrt(Math.Max(0, squares[i] / counts[i] - mean[i] * mean[i]))
                    : i + 1 < first + BorderZones.Count ? deviation[i + 1] : double.NaN;
            }
            for (var i = first + 1; i < first + BorderZones.Count; i++)
                if (double.IsNaN(mean[i]))
                    (mean[i], deviation[i]) = (mean[i - 1], deviation[i - 1]);
            // A zone of few pixels may happen to be constant where the plane is not.
            var usual = deviation.AsSpan(first, BorderZones.Count).ToArray().Order().ElementAt(BorderZones.Count / 2);
            if (!(usual > 0 && double.IsFinite(usual)))
                throw new BundleException($"map constants: plane {k} of the good pictures is the same everywhere; they cannot all be one colour.");
            foreach (ref var d in deviation.AsSpan(first, BorderZones.Count))
                d = Math.Max(d, 0.01 * usual);
        }
        return known with { Mean = [.. mean], Deviation = [.. deviation] };
    }

    /// <summary>Constants of one width: the deviation of each plane after smoothing, then mean, deviation and limit of their sum.</summary>
    private MapConstants FitWidth(int last, IReadOnlyList<PicturePlanes> pictures, byte[]? counted, MapConstants known)
    {
        var weight = new float[planes];
        for (var k = 0; k < planes; k++)
        {
            if (planes == 1)
            {
                weight[0] = 1;
                break;
            }
            var alone = new float[planes];
            alone[k] = 1;
            var (_, deviation, _) = Measure(last, alone, pictures, counted, known);
            weight[k] = (float)(weights[k] / deviation);
        }
        var of = Measure(last, weight, pictures, counted, known);
        return known with
        {
            PlaneWeight = [.. known.PlaneWeight, .. weight],
            WidthMean = [.. known.WidthMean, (float)of.Mean],
            WidthDeviation = [.. known.WidthDeviation, (float)of.Deviation],
            WidthLimit = [.. known.WidthLimit, (float)of.Limit],
        };
    }

    private (double Mean, double Deviation, double Limit) Measure(int last, float[] weight, IReadOnlyList<PicturePlanes> pictures, byte[]? counted, MapConstants known)
    {
        double sum = 0, squares = 0;
        long pixels = 0;
        var most = new float[pictures.Count];
        for (var i = 0; i < pictures.Count; i++)
        {
            var (height, width) = (pictures[i].Height, pictures[i].Width);
            Standardise(pictures[i].Values, height, width, counted, known);
            Span<float> smoothed = default;
            for (var w = 0; w <= last; w++)
            {
                smoothed = Smooth(w, height, width, counted, w == last ? weight : WeightsAt(known, w));
                if (settings.Suppress && w < last)
                    Suppress(smoothed, known.WidthLimit[w]);
            }
            ReadOnlySpan<float> counting = counted is null ? smoothed : Counting(smoothed, counted);
            foreach (var v in counting)
            {
                sum += v;
                squares += (double)v * v;
            }
            pixels += counting.Length;
            most[i] = TensorPrimitives.Max(counting);
        }
        var mean = sum / pixels;
        var deviation = Math.Sqrt(Math.Max(0, squares / pixels - mean * mean));
        return deviation > 0 && double.IsFinite(deviation)
            ? (mean, deviation, LimitFactor * Quantile.Of(most, LimitShare))
            : throw new BundleException("map constants: the good pictures are the same everywhere; they cannot all be one colour.");
    }

    private float Factor(int k, ReadOnlySpan<float> plane, byte[]? counted, MapConstants known)
    {
        if (!relative)
            return 1;
        medians[k] = Divisor(plane, counted, known.MedianUsual[k]);
        return 1 / Math.Clamp(medians[k], known.MedianLow[k], known.MedianHigh[k]);
    }

    private float Divisor(ReadOnlySpan<float> plane, byte[]? counted, float usual)
    {
        var median = Median(plane, counted, out var pixels);
        var own = pixels / (pixels + UsualPixels);
        return MathF.Pow(median, own) * MathF.Pow(usual, 1 - own);
    }

    private float Median(ReadOnlySpan<float> plane, byte[]? counted, out int pixels)
    {
        var values = counted is null ? plane : Counting(plane, counted);
        pixels = values.Length;
        return Quantile.Select(values, pixels / 2);
    }

    private ReadOnlySpan<float> Counting(ReadOnlySpan<float> plane, byte[] counted)
    {
        DiffusionScratch.Take(ref counting, plane.Length);
        var count = 0;
        for (var i = 0; i < plane.Length; i++)
            if (counted[i] != 0)
                counting[count++] = plane[i];
        return counting.AsSpan(0, count);
    }

    /// <summary>[planes, H, W] (plane * factor - mean) / deviation, 0 where a pixel does not count.</summary>
    private void Standardise(ReadOnlySpan<float> values, int height, int width, byte[]? counted, MapConstants known)
    {
        var pixels = height * width;
        if (values.Length != planes * pixels || (counted is not null && counted.Length != pixels))
            throw new ArgumentException($"{values.Length} values and a mask of {counted?.Length} are not {planes} planes of {width} x {height} pixels.");
        var all = DiffusionScratch.Take(ref standardised, planes * pixels);
        var zones = new BorderZones(height, width);
        for (var k = 0; k < planes; k++)
        {
            var plane = values.Slice(k * pixels, pixels);
            var into = all.Slice(k * pixels, pixels);
            var factor = Factor(k, plane, counted, known);
            for (var y = 0; y < height; y++)
                for (int x = 0, end; x < width; x = end)
                {
                    end = zones.RunEnd(y, x);
                    var zone = k * BorderZones.Count + zones.Zone(y, x);
                    var scale = 1 / (float)known.Deviation[zone];
                    var run = plane[(y * width + x)..(y * width + end)];
                    var offset = -(float)known.Mean[zone] * scale;
                    var target = into[(y * width + x)..(y * width + end)];
                    if (run.Length == 1)
                        target[0] = run[0] * (factor * scale) + offset;
                    else
                        Affine(run, factor * scale, offset, target);
                }
            if (counted is not null)
                LeaveOut(into, counted);
        }
    }

    /// <summary>[H, W] the weighted sum of the standardised planes, smoothed at a width.</summary>
    private Span<float> Smooth(int w, int height, int width, byte[]? counted, ReadOnlySpan<float> weight)
    {
        var pixels = height * width;
        var sum = DiffusionScratch.Take(ref combined, pixels);
        TensorPrimitives.Multiply(standardised.AsSpan(0, pixels), weight[0], sum);
        for (var k = 1; k < planes; k++)
            TensorPrimitives.MultiplyAdd(standardised.AsSpan(k * pixels, pixels), weight[k], sum, sum);
        var into = DiffusionScratch.Take(ref smooth, pixels);
        DiffusionScratch.Take(ref scratch, filters[w].ScratchLength(height, width));
        filters[w].Apply(sum, into, scratch, width, height);
        if (counted is not null)
            TensorPrimitives.Divide(into, Shares(height, width, counted).Slice(w * pixels, pixels), into);
        return into;
    }

    /// <summary>[widths, H, W] the mask smoothed at each width; kept for one mask.</summary>
    private ReadOnlySpan<float> Shares(int height, int width, byte[] counted)
    {
        var pixels = height * width;
        var all = DiffusionScratch.Take(ref shares, filters.Length * pixels);
        if (ReferenceEquals(sharesOf, counted) && sharesShape == (height, width))
            return all;
        var mask = new float[pixels];
        for (var i = 0; i < pixels; i++)
            mask[i] = counted[i] == 0 ? 0 : 1;
        for (var w = 0; w < filters.Length; w++)
        {
            var share = all.Slice(w * pixels, pixels);
            DiffusionScratch.Take(ref scratch, filters[w].ScratchLength(height, width));
            filters[w].Apply(mask, share, scratch, width, height);
            TensorPrimitives.Max(share, LeastShare, share);
        }
        sharesOf = counted;
        sharesShape = (height, width);
        return all;
    }

    private ReadOnlySpan<float> WeightsAt(MapConstants known, int w) => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(known.PlaneWeight).Slice(w * planes, planes);

    /// <summary>Leaves out what exceeds the limit of a width, in every plane.</summary>
    private void Suppress(ReadOnlySpan<float> sum, float limit)
    {
        var most = new Vector<float>(limit);
        for (var k = 0; k < planes; k++)
        {
            var plane = standardised.AsSpan(k * sum.Length, sum.Length);
            var i = 0;
            for (; i <= plane.Length - Vector<float>.Count; i += Vector<float>.Count)
                Vector.ConditionalSelect(Vector.LessThanOrEqual(new Vector<float>(sum[i..]), most), new Vector<float>(plane[i..]), Vector<float>.Zero).CopyTo(plane[i..]);
            for (; i < plane.Length; i++)
                if (!(sum[i] <= limit))
                    plane[i] = 0;
        }
    }

    private static void Affine(ReadOnlySpan<float> values, float factor, float offset, Span<float> into)
    {
        TensorPrimitives.Multiply(values, factor, into);
        TensorPrimitives.Add(into, offset, into);
    }

    private static void LeaveOut(Span<float> values, byte[] counted)
    {
        for (var i = 0; i < values.Length; i++)
            if (counted[i] == 0)
                values[i] = 0;
    }

    private static void Collect(ReadOnlySpan<float> sum, float mean, float deviation, bool first, Span<float> map)
    {
        var (scale, offset) = (new Vector<float>(1 / deviation), new Vector<float>(-mean / deviation));
        var i = 0;
        for (; i <= map.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var z = new Vector<float>(sum[i..]) * scale + offset;
            (first ? z : Vector.Max(z, new Vector<float>(map[i..]))).CopyTo(map[i..]);
        }
        for (; i < map.Length; i++)
        {
            var z = sum[i] * scale[0] + offset[0];
            map[i] = first ? z : MathF.Max(z, map[i]);
        }
    }

    /// <summary>exp(z - 1) for every z below 1. The last values go through the same arithmetic on vectors as the others.</summary>
    private static void Soften(Span<float> map)
    {
        var i = 0;
        for (; i <= map.Length - Vector<float>.Count; i += Vector<float>.Count)
            Softened(new Vector<float>(map[i..])).CopyTo(map[i..]);
        Span<float> last = stackalloc float[Vector<float>.Count];
        map[i..].CopyTo(last);
        Softened(new Vector<float>(last)).CopyTo(last);
        last[..(map.Length - i)].CopyTo(map[i..]);

        static Vector<float> Softened(Vector<float> z) => Vector.ConditionalSelect(Vector.LessThan(z, Vector<float>.One), Vector.Exp(z - Vector<float>.One), z);
    }
}
