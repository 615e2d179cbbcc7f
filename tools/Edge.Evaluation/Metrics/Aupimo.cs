namespace Edge.Evaluation.Metrics;

/// <summary>
/// AUPIMO (Bertoldo et al., arXiv 2401.01984): recall of each defective picture against the false-positive rate averaged over the good pictures,
/// integrated over the logarithm of that rate. Defective pictures do not enter the rate, so a halo around a defect costs nothing here.
/// </summary>
internal sealed class Aupimo
{
    /// <summary>The field's limits of the false-positive rate.</summary>
    public const double LowestRate = 1e-5, HighestRate = 1e-4;

    readonly float[] _good;
    readonly double[] _rate;

    /// <summary>Mean over the defective pictures, 0 .. 1; NaN without either kind, or where the good pictures have too few pixels to tell the lower limit from 0.</summary>
    public double Value { get; }

    Aupimo(float[] good, double[] rate, double value) => (_good, _rate, Value) = (good, rate, value);

    /// <summary>Computes it. A defective picture with an empty mask has no recall and is left out.</summary>
    public static Aupimo Of(IReadOnlyList<ScoredPicture> pictures, double lowest = LowestRate, double highest = HighestRate)
    {
        var (good, rate) = Tail([.. pictures.Where(p => p.IsGood)], highest);
        var defective = pictures.Where(p => p.DefectPixels > 0).ToArray();
        var pixels = pictures.Where(p => p.IsGood).Sum(p => (long)p.Map.Length);
        if (defective.Length == 0 || pixels * lowest < 1)
            return new Aupimo(good, rate, double.NaN);

        var defect = new float[defective.Sum(p => (long)p.DefectPixels)];
        var shares = new double[defect.Length];
        var d = 0;
        foreach (var picture in defective)
        {
            for (var i = 0; i < picture.Map.Length; i++)
            {
                if (picture.Mask![i] == 0)
                    continue;
                shares[d] = 1.0 / picture.DefectPixels;
                defect[d++] = picture.Map[i];
            }
        }
        Array.Sort(defect, shares);
        // The integral is linear in the recall: the mean of the pictures' integrals is the integral of their mean recall.
        var recall = PixelRanking.CumulateFromTop(shares, defective.Length);

        var area = new CurveArea(Math.Log(lowest), Math.Log(highest), double.NegativeInfinity);
        var walk = new ThresholdWalk<float>(good, defect);
        for (var x = double.NegativeInfinity; x < Math.Log(highest) && walk.MoveNext();)
        {
            x = Math.Log(rate[walk.Normals]);
            area.Add(x, recall[walk.Defects]);
        }
        return new Aupimo(good, rate, area.Mean);
    }

    /// <summary>Thresholds at which the rate over the good pictures takes values evenly spaced on a logarithmic scale, up to the highest rate and a little beyond.</summary>
    internal IEnumerable<float> Thresholds(int count, double from, double to)
    {
        for (var i = 0; i < count && _good.Length > 0; i++)
        {
            var wanted = from * Math.Pow(to / from, i / (count - 1.0));
            var k = Array.BinarySearch(_rate, wanted);
            k = Math.Clamp(k < 0 ? ~k : k, 1, _good.Length);
            yield return _good[^k];
        }
    }

    // The highest pixels of the good pictures, ascending, and [k] the mean rate when the k highest are called defective. A picture in which more than
    // highest * pictures of the pixels reach a threshold lifts the mean above the limit alone, so what lies below is never asked for.
    static (float[] Values, double[] Rate) Tail(ScoredPicture[] good, double highest)
    {
        var values = new List<float>();
        var shares = new List<double>();
        foreach (var picture in good)
        {
            var sorted = (float[])picture.Map.Clone();
            RadixSort.Sort(sorted);
            // A quarter more than needed, for resampled sets whose rate falls more slowly.
            var keep = (int)Math.Min(sorted.Length, Math.Floor(1.25 * highest * good.Length * sorted.Length) + 2);
            while (keep < sorted.Length && sorted[^(keep + 1)] == sorted[^keep])
                keep++;
            values.AddRange(sorted.AsSpan(sorted.Length - keep));
            shares.AddRange(Enumerable.Repeat(1.0 / sorted.Length, keep));
        }
        float[] keys = [.. values];
        double[] items = [.. shares];
        Array.Sort(keys, items);
        return (keys, PixelRanking.CumulateFromTop(items, good.Length));
    }
}
