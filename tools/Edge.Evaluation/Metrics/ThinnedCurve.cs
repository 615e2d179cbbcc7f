namespace Edge.Evaluation.Metrics;

/// <summary>
/// The points of a curve worth drawing. The curve starts at (0, 0) and neither x nor y ever falls, y ends at 1 at most, and x is cut at a limit,
/// with interpolation there. A point is kept when it lies a step from the last one kept, in x or in y, so few hundred are kept whatever the number given,
/// and between two of them nothing is further from the line than a step.
/// </summary>
/// <param name="limit">Highest x, above 0.</param>
internal sealed class ThinnedCurve(double limit = 1)
{
    const double Step = 1.0 / 64;

    readonly List<(double X, double Y)> _points = [(0, 0)];
    (double X, double Y) _last;

    /// <summary>The points, the last one given among them.</summary>
    public IReadOnlyList<(double X, double Y)> Points => _points[^1] == _last ? _points : [.. _points, _last];

    /// <summary>Adds a point; what lies beyond the limit is not looked at.</summary>
    public void Add(double x, double y)
    {
        if (_last.X >= limit)
            return;
        if (x > limit)
            (x, y) = (limit, _last.Y + (y - _last.Y) * (limit - _last.X) / (x - _last.X));
        if (IsFar(_points[^1], (x, y)))
        {
            // A jump starts where the curve was, not where it was last drawn.
            if (IsFar(_last, (x, y)) && _points[^1] != _last)
                _points.Add(_last);
            _points.Add((x, y));
        }
        _last = (x, y);
    }

    bool IsFar((double X, double Y) from, (double X, double Y) to) => (to.X - from.X) / limit >= Step || to.Y - from.Y >= Step;
}
