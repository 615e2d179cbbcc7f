using System.Numerics;

namespace Edge.Evaluation.Metrics;

/// <summary>
/// Walks every distinct score of two groups from the highest down, as the threshold of "defective if score &gt;= threshold".
/// All curves of this folder are read off this walk, so all of them treat ties alike: equal scores cross the threshold together.
/// </summary>
/// <param name="normal">Scores that ought to lie low, ascending.</param>
/// <param name="defect">Scores that ought to lie high, ascending.</param>
internal ref struct ThresholdWalk<T>(ReadOnlySpan<T> normal, ReadOnlySpan<T> defect) where T : struct, INumber<T>
{
    readonly ReadOnlySpan<T> _normal = normal, _defect = defect;

    /// <summary>The threshold now.</summary>
    public T Threshold { get; private set; }

    /// <summary>Normals at or above the threshold.</summary>
    public int Normals { get; private set; }

    /// <summary>Defects at or above the threshold.</summary>
    public int Defects { get; private set; }

    /// <summary>Goes to the next lower distinct score; false when none is left.</summary>
    public bool MoveNext()
    {
        int n = _normal.Length - Normals, d = _defect.Length - Defects;
        if (n == 0 && d == 0)
            return false;

        var threshold = n == 0 ? _defect[d - 1] : d == 0 ? _normal[n - 1] : T.Max(_normal[n - 1], _defect[d - 1]);
        while (n > 0 && _normal[n - 1] == threshold)
            n--;
        while (d > 0 && _defect[d - 1] == threshold)
            d--;

        Threshold = threshold;
        Normals = _normal.Length - n;
        Defects = _defect.Length - d;
        return true;
    }
}
