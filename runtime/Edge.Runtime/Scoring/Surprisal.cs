using System.Numerics;

namespace Edge.Runtime.Scoring;

/// <summary>
/// How improbable a value of a map is on normal pictures, for maps of different kinds, such as residuals and probabilities, that have no other common unit. A pixel's surprisal is
/// -ln p, where p is the share of normal pixels that reach its value, and two maps' are added, Fisher's way of combining tests (Statistical Methods for Research Workers, 1925): it says where.
/// Pixels of one picture are strange together, though, so that no number of them says how rare a strange picture is. Beyond the score that half of normal pictures reach, the
/// excess in multiples of normal pictures' mean excess, -ln of the share of pictures were their scores exponential, says that, and of two maps the larger counts: a reading by which
/// many normal pictures are strange cannot drown the other.
/// </summary>
public static class Surprisal
{
    /// <summary>How often the share of normal pixels is halved; beyond one of 1,024 they are not told apart.</summary>
    internal const int Halvings = 10;

    /// <summary>Constants of a map: the values that all, a half, a quarter ... of normal pixels reach, the score that half of normal pictures reach, and by how much the others' exceed it in the mean.</summary>
    public const int Count = Halvings + 3;

    /// <summary>What a picture's surprisal counts beside a pixel's.</summary>
    private const float PictureWeight = 10;

    private const float Ln2 = 0.6931472f;

    /// <summary>Measures the constants of a map.</summary>
    /// <param name="pixels">Of the map on normal pictures, spread evenly over them; sorted in place.</param>
    /// <param name="scores">Of the map, one a normal picture. One unlike all others is left out.</param>
    /// <returns>[<see cref="Count"/>]</returns>
    /// <exception cref="BundleException">The map is the same everywhere.</exception>
    internal static float[] Fit(Span<float> pixels, IReadOnlyList<float> scores)
    {
        pixels.Sort();
        var (least, most) = (pixels[0], pixels[^1]);
        if (!(most > least && float.IsFinite(most - least)))
            throw new BundleException("map constants: the map of the normal pictures is the same everywhere; they cannot all be one colour");
        // Where many pixels have one value, neighbours stay apart by a millionth of the range, so that none is divided by nothing.
        var apart = 1e-6f * (most - least);
        var constants = new float[Count];
        constants[0] = least;
        for (var k = 1; k <= Halvings; k++)
        {
            var place = Math.Min(pixels.Length - 1, (int)(pixels.Length * (1 - Math.Pow(0.5, k))));
            constants[k] = Math.Max(pixels[place], constants[k - 1] + apart);
        }
        var outliers = Outliers.Of(scores);
        float[] kept = [.. scores.Where((_, i) => !outliers.Contains(i)).Order()];
        var median = kept[kept.Length / 2];
        constants[^2] = median;
        constants[^1] = Math.Max(kept.Where(s => s > median).Select(s => s - median).DefaultIfEmpty().Average(), apart);
        return constants;
    }

    /// <summary>Makes one map of two.</summary>
    /// <param name="first">A map's values.</param>
    /// <param name="firstConstants">[<see cref="Count"/>] of its normal pictures.</param>
    /// <param name="second">Another's, of the same picture.</param>
    /// <param name="secondConstants">[<see cref="Count"/>] of its normal pictures.</param>
    /// <param name="total">As long as the maps; receives 0 or more, in nats: the sum of the pixels' surprisals, and ten times the larger of the pictures'. It may be one of the maps itself.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static void Combine(ReadOnlySpan<float> first, ReadOnlySpan<float> firstConstants, ReadOnlySpan<float> second, ReadOnlySpan<float> secondConstants, Span<float> total)
    {
        if (first.Length != total.Length || second.Length != total.Length || firstConstants.Length != Count || secondConstants.Length != Count)
            throw new ArgumentException($"{first.Length}, {second.Length} and {total.Length} values, {firstConstants.Length} and {secondConstants.Length} constants: the lengths must be equal, and there are {Count} constants a map");
        Span<float> slopes = stackalloc float[Halvings], secondSlopes = stackalloc float[Halvings];
        Slopes(firstConstants, slopes);
        Slopes(secondConstants, secondSlopes);

        var i = 0;
        for (; i <= total.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var (a, b) = (new Vector<float>(first[i..]), new Vector<float>(second[i..]));
            Sum(a, firstConstants, slopes, b, secondConstants, secondSlopes).CopyTo(total[i..]);
        }
        // The last values go through the same arithmetic on vectors as the others.
        Span<float> one = stackalloc float[Vector<float>.Count], other = stackalloc float[Vector<float>.Count];
        first[i..].CopyTo(one);
        second[i..].CopyTo(other);
        Sum(new Vector<float>(one), firstConstants, slopes, new Vector<float>(other), secondConstants, secondSlopes).CopyTo(one);
        one[..(total.Length - i)].CopyTo(total[i..]);
    }

    private static void Slopes(ReadOnlySpan<float> constants, Span<float> slopes)
    {
        for (var k = 0; k < Halvings; k++)
            slopes[k] = Ln2 / (constants[k + 1] - constants[k]);
    }

    private static Vector<float> Sum(Vector<float> first, ReadOnlySpan<float> firstConstants, ReadOnlySpan<float> firstSlopes,
        Vector<float> second, ReadOnlySpan<float> secondConstants, ReadOnlySpan<float> secondSlopes) =>
        OfPixel(first, firstConstants, firstSlopes) + OfPixel(second, secondConstants, secondSlopes)
            + PictureWeight * Vector.Max(OfPicture(first, firstConstants), OfPicture(second, secondConstants));

    private static Vector<float> OfPixel(Vector<float> values, ReadOnlySpan<float> constants, ReadOnlySpan<float> slopes)
    {
        var (sum, most) = (Vector<float>.Zero, new Vector<float>(Ln2));
        for (var k = 0; k < Halvings; k++)
            sum += Vector.Min(Vector.Max((values - new Vector<float>(constants[k])) * new Vector<float>(slopes[k]), Vector<float>.Zero), most);
        return sum;
    }

    private static Vector<float> OfPicture(Vector<float> values, ReadOnlySpan<float> constants) =>
        Vector.Max((values - new Vector<float>(constants[^2])) * new Vector<float>(1 / constants[^1]), Vector<float>.Zero);
}
