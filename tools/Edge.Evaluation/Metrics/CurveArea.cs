namespace Edge.Evaluation.Metrics;

/// <summary>
/// Mean height of a curve between two limits: trapezoids, interpolated at both limits, divided by the distance of the limits.
/// The points come one by one with x that never falls.
/// </summary>
/// <param name="from">Lower limit.</param>
/// <param name="to">Upper limit.</param>
/// <param name="startX">x of the point before the first one given; its y is 0. From minus infinity (the logarithm of no false pixel at all)
/// nothing can be interpolated, there the height of the point before is held.</param>
internal struct CurveArea(double from, double to, double startX = 0)
{
    double _x = startX, _y, _sum;

    /// <summary>Adds a point.</summary>
    public void Add(double x, double y)
    {
        double left = Math.Max(_x, from), right = Math.Min(x, to);
        if (right > left)
        {
            var middle = (left + right) / 2;
            var height = double.IsNegativeInfinity(_x) ? _y : _y + (y - _y) * (middle - _x) / (x - _x);
            _sum += (right - left) * height;
        }
        _x = x;
        _y = y;
    }

    /// <summary>Area so far over the distance of the limits.</summary>
    public readonly double Mean => _sum / (to - from);
}
