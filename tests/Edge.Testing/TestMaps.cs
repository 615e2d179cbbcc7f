using Edge.Runtime;
using Edge.Runtime.Inspection;

namespace Edge.Testing;

/// <summary>Anomaly maps that no inspector has made.</summary>
public static class TestMaps
{
    /// <summary>A map that has one value everywhere.</summary>
    /// <param name="side">Columns, and rows.</param>
    /// <param name="value">The value, 0 or more.</param>
    /// <param name="threshold">Values above it are worth showing.</param>
    public static AnomalyMap Flat(int side, float value, float threshold)
    {
        var values = new float[side * side];
        Array.Fill(values, value);
        var map = new AnomalyMap { Threshold = threshold };
        map.Fill(values, side, side, side, side);
        return map;
    }
}
