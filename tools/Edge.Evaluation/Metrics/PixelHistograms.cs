using System.Numerics;
using System.Runtime.InteropServices;

namespace Edge.Evaluation.Metrics;

/// <summary>
/// The pixel metrics of any draw of the test pictures, fast enough to draw a thousand times: each picture is a histogram over fine bins of the score,
/// and a draw is the sum of its pictures' histograms. The bins are 2048 quantiles of the normal pixels, joined by 512 thresholds along the far tail of the
/// good pictures where AUPIMO looks. Pixels of one bin count as tied, which moves a metric by less than a bin's share of its curve:
/// good for the width of an interval; the reported value itself comes from the exact ranking.
/// </summary>
internal sealed class PixelHistograms
{
    const int QuantileBins = 2048, TailBins = 512;

    readonly Entry[] _good;
    readonly Entry[] _defective;
    readonly int _bins;

    // Normal, Defect: pixels a bin. Overlap: sum over the picture's regions of the region's share in the bin.
    sealed record Entry(float[] Normal, float[] Defect, float[] Overlap, int Regions, int Pixels, int DefectPixels);

    PixelHistograms(Entry[] good, Entry[] defective, int bins) => (_good, _defective, _bins) = (good, defective, bins);

    /// <summary>Bins the pictures.</summary>
    /// <param name="pictures">The pictures behind the ranking.</param>
    /// <param name="ranking">All their pixels.</param>
    /// <param name="aupimo">Their AUPIMO.</param>
    public static PixelHistograms Of(IReadOnlyList<ScoredPicture> pictures, PixelRanking ranking, Aupimo aupimo)
    {
        var edges = new SortedSet<float>(aupimo.Thresholds(TailBins, Aupimo.LowestRate / 4, Aupimo.HighestRate * 1.25));
        for (var i = 0; i < QuantileBins && ranking.Normal.Length > 0; i++)
            edges.Add(ranking.Normal[(int)((long)i * ranking.Normal.Length / QuantileBins)]);
        // Whatever outranks every normal pixel gets a bin of its own, so that a perfect separation stays perfect.
        if (ranking.Normal.Length > 0)
            edges.Add(MathF.BitIncrement(ranking.Normal[^1]));

        float[] sorted = [.. edges];
        var good = pictures.Where(p => p.IsGood).ToArray();
        var defective = pictures.Where(p => !p.IsGood).ToArray();
        return new PixelHistograms(BinAll(good, sorted), BinAll(defective, sorted), sorted.Length + 1);
    }

    /// <summary>Pixel AUROC, AUPRO and AUPIMO of a draw, NaN where it has none.</summary>
    /// <param name="good">Indices of good pictures, in the order they were given.</param>
    /// <param name="defective">Indices of defective pictures, likewise.</param>
    /// <param name="limit">Highest false-positive rate of AUPRO.</param>
    public (double Auroc, double Aupro, double Aupimo) Measure(ReadOnlySpan<int> good, ReadOnlySpan<int> defective, double limit = 0.3)
    {
        float[] normal = new float[_bins], rate = new float[_bins], defect = new float[_bins], overlap = new float[_bins], recall = new float[_bins];
        int regions = 0, recalled = 0;
        foreach (var i in good)
        {
            AddTo(normal, _good[i].Normal, 1);
            AddTo(rate, _good[i].Normal, 1f / (_good[i].Pixels * (float)good.Length));
        }
        foreach (var i in defective)
        {
            var entry = _defective[i];
            AddTo(normal, entry.Normal, 1);
            if (entry.DefectPixels == 0)
                continue;
            AddTo(defect, entry.Defect, 1);
            AddTo(overlap, entry.Overlap, 1);
            AddTo(recall, entry.Defect, 1f / entry.DefectPixels);
            regions += entry.Regions;
            recalled++;
        }

        double normals = Sum(normal), defects = Sum(defect);
        if (normals == 0 || defects == 0)
            return (double.NaN, double.NaN, double.NaN);

        CurveArea auroc = new(0, 1), aupro = new(0, limit),
            aupimo = new(Math.Log(Aupimo.LowestRate), Math.Log(Aupimo.HighestRate), double.NegativeInfinity);
        double n = 0, f = 0, d = 0, o = 0, r = 0;
        for (var bin = _bins - 1; bin >= 0; bin--)
        {
            n += normal[bin];
            f += rate[bin];
            d += defect[bin];
            o += overlap[bin];
            r += recall[bin];
            auroc.Add(n / normals, d / defects);
            aupro.Add(n / normals, o / regions);
            aupimo.Add(Math.Log(f), r / recalled);
        }
        return (auroc.Mean, aupro.Mean, good.IsEmpty ? double.NaN : aupimo.Mean);
    }

    static Entry[] BinAll(ScoredPicture[] pictures, float[] edges)
    {
        var entries = new Entry[pictures.Length];
        Parallel.For(0, pictures.Length, i => entries[i] = Bin(pictures[i], edges));
        return entries;
    }

    static Entry Bin(ScoredPicture picture, float[] edges)
    {
        var bins = edges.Length + 1;
        var normal = new float[bins];
        if (picture.DefectPixels == 0)
        {
            foreach (var value in picture.Map)
                normal[BinOf(value, edges)]++;
            return new Entry(normal, [], [], 0, picture.Map.Length, 0);
        }

        float[] defect = new float[bins], overlap = new float[bins];
        var labels = new int[picture.Map.Length];
        var sizes = Regions.Label(picture.Mask, picture.Width, labels);
        for (var i = 0; i < labels.Length; i++)
        {
            var bin = BinOf(picture.Map[i], edges);
            if (labels[i] == 0)
                normal[bin]++;
            else
            {
                defect[bin]++;
                overlap[bin] += 1f / sizes[labels[i] - 1];
            }
        }
        return new Entry(normal, defect, overlap, sizes.Length, picture.Map.Length, picture.DefectPixels);
    }

    // The number of edges at or below the value.
    static int BinOf(float value, ReadOnlySpan<float> edges)
    {
        int low = 0, high = edges.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (edges[middle] <= value)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    static void AddTo(Span<float> sum, ReadOnlySpan<float> values, float scale)
    {
        var sums = MemoryMarshal.Cast<float, Vector<float>>(sum);
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        for (var i = 0; i < vectors.Length; i++)
            sums[i] += scale * vectors[i];
        for (var i = vectors.Length * Vector<float>.Count; i < values.Length; i++)
            sum[i] += scale * values[i];
    }

    static double Sum(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values)
            sum += value;
        return sum;
    }
}
