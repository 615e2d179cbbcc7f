using System.Numerics;

namespace Edge.Runtime.Scoring;

/// <summary>Scales differ in size by orders of magnitude; standardised with constants from held-out normals they can be put together.</summary>
public static class ScaleAggregator
{
    /// <summary>z_t = (a_t - mean_t) / deviation_t for each scale, then one map of all.</summary>
    /// <param name="maps">[T, H, W] the smoothed maps a_t.</param>
    /// <param name="constants">[T] what the scales look like on normal pictures.</param>
    /// <param name="aggregation">How to put them together.</param>
    /// <param name="map">[H, W] receives the result, in standard deviations.</param>
    /// <exception cref="BundleException">A deviation is not above 0, or the weights are negative or all 0.</exception>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public static void Aggregate(ReadOnlySpan<float> maps, ReadOnlySpan<ScaleConstants> constants, MapAggregation aggregation, Span<float> map)
    {
        if (constants.IsEmpty || maps.Length != constants.Length * map.Length)
            throw new ArgumentException($"{constants.Length} scales of {map.Length} pixels do not make {maps.Length} values", nameof(maps));

        var total = 0f;
        foreach (var scale in constants)
        {
            if (!(scale.Deviation > 0 && scale.Weight >= 0))
                throw new BundleException($"map constants: deviation {scale.Deviation} must be above 0 and weight {scale.Weight} not below");
            total += aggregation == MapAggregation.Weighted ? scale.Weight : 1;
        }
        if (!(total > 0))
            throw new BundleException("map constants: the weights of the scales are all 0");

        for (var k = 0; k < constants.Length; k++)
        {
            var scale = constants[k];
            var share = aggregation switch { MapAggregation.Max => 1, MapAggregation.Weighted => scale.Weight / total, _ => 1 / total };
            Accumulate(maps.Slice(k * map.Length, map.Length), scale.Mean, share / scale.Deviation, k == 0, aggregation == MapAggregation.Max, map);
        }
    }

    private static void Accumulate(ReadOnlySpan<float> a, float mean, float factor, bool first, bool max, Span<float> map)
    {
        var i = 0;
        for (; i <= a.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var z = (new Vector<float>(a[i..]) - new Vector<float>(mean)) * new Vector<float>(factor);
            var soFar = new Vector<float>(map[i..]);
            (first ? z : max ? Vector.Max(soFar, z) : soFar + z).CopyTo(map[i..]);
        }
        for (; i < a.Length; i++)
        {
            var z = (a[i] - mean) * factor;
            map[i] = first ? z : max ? MathF.Max(map[i], z) : map[i] + z;
        }
    }
}
