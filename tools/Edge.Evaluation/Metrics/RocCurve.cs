using System.Numerics;

namespace Edge.Evaluation.Metrics;

/// <summary>What is read off the receiver operating characteristic of two groups of scores, both given in ascending order. NaN where a group is empty.</summary>
internal static class RocCurve
{
    /// <summary>
    /// Area under the curve, as the Mann-Whitney statistic: the share of (normal, defect) pairs in the right order, a tie counting one half.
    /// Counted in integers, so the value is exact up to the last division.
    /// </summary>
    public static double Auroc<T>(ReadOnlySpan<T> normal, ReadOnlySpan<T> defect) where T : struct, INumber<T>
    {
        if (normal.IsEmpty || defect.IsEmpty)
            return double.NaN;

        ulong doubled = 0;
        int normals = 0, defects = 0;
        var walk = new ThresholdWalk<T>(normal, defect);
        while (walk.MoveNext())
        {
            doubled += (ulong)(walk.Normals - normals) * ((ulong)defects + (ulong)walk.Defects);
            (normals, defects) = (walk.Normals, walk.Defects);
        }
        return doubled / (2.0 * normal.Length * defect.Length);
    }

    /// <summary>The curve to draw, from (0, 0) to (1, 1): false-positive rate against recall.</summary>
    public static IReadOnlyList<(double X, double Y)> Points<T>(ReadOnlySpan<T> normal, ReadOnlySpan<T> defect) where T : struct, INumber<T>
    {
        var curve = new ThinnedCurve();
        var walk = new ThresholdWalk<T>(normal, defect);
        while (!normal.IsEmpty && !defect.IsEmpty && walk.MoveNext())
            curve.Add((double)walk.Normals / normal.Length, (double)walk.Defects / defect.Length);
        return curve.Points;
    }

    /// <summary>The highest F1 = 2 TP / (2 TP + FP + FN) over all thresholds.</summary>
    public static double F1Max<T>(ReadOnlySpan<T> normal, ReadOnlySpan<T> defect) where T : struct, INumber<T>
    {
        if (normal.IsEmpty || defect.IsEmpty)
            return double.NaN;

        var best = 0.0;
        var walk = new ThresholdWalk<T>(normal, defect);
        while (walk.MoveNext())
            best = Math.Max(best, 2.0 * walk.Defects / ((double)walk.Defects + walk.Normals + defect.Length));
        return best;
    }

    /// <summary>
    /// The highest share of defects found by a threshold that rejects at most <paramref name="falseRejectRate"/> of these very normals.
    /// The threshold is chosen on the test's good scores: it says what the scores allow, not what the bundle's own threshold does.
    /// </summary>
    public static double RecallAt<T>(ReadOnlySpan<T> normal, ReadOnlySpan<T> defect, double falseRejectRate) where T : struct, INumber<T>
    {
        if (normal.IsEmpty || defect.IsEmpty)
            return double.NaN;

        var allowed = Math.Floor(falseRejectRate * normal.Length + 1e-9);
        var recall = 0.0;
        var walk = new ThresholdWalk<T>(normal, defect);
        while (walk.MoveNext() && walk.Normals <= allowed)
            recall = (double)walk.Defects / defect.Length;
        return recall;
    }
}
