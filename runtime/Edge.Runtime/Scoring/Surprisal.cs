using System.Numerics;

namespace Edge.Runtime.Scoring;

/// <summary>
/// How improbable a value of a map is on normal pictures: -ln p, where p is the share of normal pixels that reach it. Maps of different kinds, such as
/// residuals and probabilities, have no common unit but this one, and the sum of theirs is Fisher's way of combining tests (Statistical Methods for Research Workers, 1925). Linear
/// between the values that a half, a quarter and so on of normal pixels exceed; beyond the last of them, one pixel of 1,024, p falls exponentially, since so few are left to count.
/// </summary>
public static class Surprisal
{
    /// <summary>How often the share of normal pixels is halved.</summary>
    internal const int Halvings = 10;

    /// <summary>Constants of a map: the values that all, a half, a quarter ... of normal pixels reach, and by how much those beyond the last exceed it in the mean.</summary>
    public const int Count = Halvings + 2;

    private const float Ln2 = 0.6931472f;

    /// <summary>Measures the constants of a map.</summary>
    /// <param name="values">Of the map on normal pictures, spread evenly over them; sorted in place.</param>
    /// <returns>[<see cref="Count"/>]</returns>
    /// <exception cref="BundleException">The map is the same everywhere.</exception>
    internal static float[] Fit(Span<float> values)
    {
        values.Sort();
        var (least, most) = (values[0], values[^1]);
        if (!(most > least && float.IsFinite(most - least)))
            throw new BundleException("map constants: the map of the normal pictures is the same everywhere; they cannot all be one colour");
        // Where many pixels have one value, neighbours stay apart by a millionth of the range, so that none is divided by nothing.
        var apart = 1e-6f * (most - least);
        var constants = new float[Count];
        constants[0] = least;
        for (var k = 1; k <= Halvings; k++)
        {
            var place = Math.Min(values.Length - 1, (int)(values.Length * (1 - Math.Pow(0.5, k))));
            constants[k] = Math.Max(values[place], constants[k - 1] + apart);
        }
        var (sum, count) = (0.0, 0);
        for (var i = values.Length - 1; i >= 0 && values[i] > constants[Halvings]; i--)
            (sum, count) = (sum + values[i] - constants[Halvings], count + 1);
        constants[^1] = count > 0 ? Math.Max((float)(sum / count), apart) : apart;
        return constants;
    }

    /// <summary>Puts the surprisal of every value of a map in its place, or adds it to another's.</summary>
    /// <param name="map">The map's values.</param>
    /// <param name="constants">[<see cref="Count"/>] of normal pictures.</param>
    /// <param name="add">Whether to add to what <paramref name="total"/> holds.</param>
    /// <param name="total">As long as the map; receives 0 or more, in nats. It may be the map itself.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static void Apply(ReadOnlySpan<float> map, ReadOnlySpan<float> constants, bool add, Span<float> total)
    {
        if (map.Length != total.Length || constants.Length != Count)
            throw new ArgumentException($"{map.Length} and {total.Length} values and {constants.Length} constants: the lengths must be equal, and there are {Count} constants");
        Span<float> slopes = stackalloc float[Halvings + 1];
        for (var k = 0; k < Halvings; k++)
            slopes[k] = Ln2 / (constants[k + 1] - constants[k]);
        slopes[Halvings] = 1 / constants[^1];

        var i = 0;
        for (; i <= map.Length - Vector<float>.Count; i += Vector<float>.Count)
            Of(new Vector<float>(map[i..]), constants, slopes, add ? new Vector<float>(total[i..]) : Vector<float>.Zero).CopyTo(total[i..]);
        // The last values go through the same arithmetic on vectors as the others.
        Span<float> values = stackalloc float[Vector<float>.Count], before = stackalloc float[Vector<float>.Count];
        map[i..].CopyTo(values);
        if (add)
            total[i..].CopyTo(before);
        Of(new Vector<float>(values), constants, slopes, new Vector<float>(before)).CopyTo(values);
        values[..(map.Length - i)].CopyTo(total[i..]);
    }

    private static Vector<float> Of(Vector<float> values, ReadOnlySpan<float> constants, ReadOnlySpan<float> slopes, Vector<float> sum)
    {
        var most = new Vector<float>(Ln2);
        for (var k = 0; k < Halvings; k++)
            sum += Vector.Min(Vector.Max((values - new Vector<float>(constants[k])) * new Vector<float>(slopes[k]), Vector<float>.Zero), most);
        return sum + Vector.Max((values - new Vector<float>(constants[Halvings])) * new Vector<float>(slopes[Halvings]), Vector<float>.Zero);
    }
}
