namespace Edge.Evaluation.Metrics;

/// <summary>
/// All pixels of all test pictures in the order of their scores, from which the exact pixel metrics are read.
/// Holds four bytes a normal pixel and twelve a defective one.
/// </summary>
internal sealed class PixelRanking
{
    readonly float[] _normal;
    readonly float[] _defect;
    readonly double[] _overlap;

    PixelRanking(float[] normal, float[] defect, double[] overlap) => (_normal, _defect, _overlap) = (normal, defect, overlap);

    /// <summary>Scores of all pixels that are not defective, of good and of defective pictures, ascending.</summary>
    public ReadOnlySpan<float> Normal => _normal;

    /// <summary>Scores of all defective pixels, ascending.</summary>
    public ReadOnlySpan<float> Defect => _defect;

    /// <summary>Ranks the pixels of the pictures.</summary>
    public static PixelRanking Of(IReadOnlyList<ScoredPicture> pictures)
    {
        var normal = new float[pictures.Sum(p => (long)p.NormalPixels)];
        var defect = new float[pictures.Sum(p => (long)p.DefectPixels)];
        var shares = new double[defect.Length];
        int n = 0, d = 0, regions = 0;
        foreach (var picture in pictures)
        {
            if (picture.Mask is null)
            {
                picture.Map.CopyTo(normal, n);
                n += picture.Map.Length;
                continue;
            }
            var labels = new int[picture.Map.Length];
            var sizes = Regions.Label(picture.Mask, picture.Width, labels);
            regions += sizes.Length;
            for (var i = 0; i < labels.Length; i++)
            {
                if (labels[i] == 0)
                    normal[n++] = picture.Map[i];
                else
                {
                    shares[d] = 1.0 / sizes[labels[i] - 1];
                    defect[d++] = picture.Map[i];
                }
            }
        }

        RadixSort.Sort(normal);
        Array.Sort(defect, shares);
        return new PixelRanking(normal, defect, CumulateFromTop(shares, regions));
    }

    /// <summary>Pixel AUROC: one pool of all pixels of all pictures. NaN without defective pixels.</summary>
    public double Auroc() => RocCurve.Auroc<float>(_normal, _defect);

    /// <summary>
    /// Area under the per-region-overlap curve as the official MVTec AD evaluation computes it: regions of eight neighbours, every distinct score a threshold,
    /// false-positive rate over all pixels that are not defective (good pictures included), trapezoids to the limit with interpolation at the limit, divided by the limit.
    /// The habit of 200 thresholds without interpolation gives values 1 to 3 points away.
    /// </summary>
    /// <param name="limit">Highest false-positive rate, (0, 1].</param>
    /// <returns>0 .. 1, NaN without defective or without normal pixels.</returns>
    public double Aupro(double limit = 0.3)
    {
        if (_normal.Length == 0 || _defect.Length == 0)
            return double.NaN;

        var area = new CurveArea(0, limit);
        var walk = new ThresholdWalk<float>(_normal, _defect);
        for (var rate = 0.0; rate < limit && walk.MoveNext();)
        {
            rate = (double)walk.Normals / _normal.Length;
            area.Add(rate, _overlap[walk.Defects]);
        }
        return area.Mean;
    }

    /// <summary>The per-region-overlap curve to draw, from (0, 0) to the limit: false-positive rate against mean overlap, the same as <see cref="Aupro"/> integrates.</summary>
    public IReadOnlyList<(double X, double Y)> ProPoints(double limit = 0.3)
    {
        var curve = new ThinnedCurve(limit);
        var walk = new ThresholdWalk<float>(_normal, _defect);
        for (var rate = 0.0; rate < limit && _normal.Length > 0 && walk.MoveNext();)
        {
            rate = (double)walk.Normals / _normal.Length;
            curve.Add(rate, _overlap[walk.Defects]);
        }
        return curve.Points;
    }

    /// <summary>[k] sum of the k last shares over <paramref name="total"/>.</summary>
    internal static double[] CumulateFromTop(ReadOnlySpan<double> shares, double total)
    {
        var sums = new double[shares.Length + 1];
        for (var k = 1; k < sums.Length; k++)
            sums[k] = sums[k - 1] + shares[^k];
        foreach (ref var sum in sums.AsSpan())
            sum = total > 0 ? sum / total : 0;
        return sums;
    }
}
