using System.Numerics.Tensors;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Scoring;

namespace Edge.Training.Data;

/// <summary>
/// Finds pictures that show the same thing, such as several exposures of one part. Training on one of them and calibrating on another makes the
/// threshold promise too much. Similarity is the correlation of two thumbnails after exposure, shading and what all pictures have in
/// common are taken away.
/// </summary>
/// <remarks>
/// What counts as alike follows from the set. Two pictures of aligned parts differ by a little play, which leaves few dimensions, so any two
/// of them may correlate by chance. A pair is alike only where its similarity lies far above what is usual between the set's pairs.
/// In a group every picture is nearly as similar to every other (complete linkage), so that no chain of half similar pictures becomes a group.
/// A picture that has more partners than one thing has pictures is of a product variant, where such similarity is usual; it stays on its own.
/// </remarks>
internal static class AlikePictures
{
    /// <summary>No pair below this correlation is alike, however rare it is.</summary>
    private const double LeastCorrelation = 0.7;

    /// <summary>A pair is alike this many times the distance from median to upper quartile above the median: 2.4 standard deviations of a Gaussian. Of magnetic
    /// tiles in six exposures that is 0.74, of fabrics 0.70; of aligned parts it is beyond 1.</summary>
    private const double FarAbove = 3.5;

    /// <summary>Two groups become one where a pair of them is alike and no pair is further down than this share of the way from usual to alike.</summary>
    private const double Linked = 0.8;

    /// <summary>More pictures than these, and than <see cref="LargestShare"/> of the set, show a variant and not one thing.</summary>
    private const int LargestGroup = 10;

    private const double LargestShare = 1 / 16.0;

    /// <summary>What is usual is measured between at most this many pictures.</summary>
    private const int Sampled = 1000;

    /// <summary>Mean correlation above which parts lie alike.</summary>
    private const double LyingAlike = 0.3;

    private const int Side = 32;

    /// <summary>Standard deviation of the shading that is taken away, in pixels of the thumbnail.</summary>
    private const double Shading = 3;

    /// <summary>Pictures whose sides differ by more than this factor show different things.</summary>
    private const double SideFactor = 1.05;

    /// <summary>The group of every picture, numbered from 0 in the order in which they come.</summary>
    public static int[] Groups(IReadOnlyList<TrainingPicture> pictures)
    {
        float[][] own = [.. pictures.Select(Thumbnail)];
        var common = Mean(own);
        foreach (var thumbnail in own)
        {
            TensorPrimitives.Subtract(thumbnail, common, thumbnail);
            Normalise(thumbnail);
        }

        var (median, alike) = Usual(own);
        var pairs = new List<(float Similarity, int I, int K)>();
        var partners = new int[own.Length];
        // A correlation is 1 at most.
        for (var i = 0; alike < 1 && i < own.Length; i++)
            for (var k = 0; k < i; k++)
                if (SameSize(pictures[i].Shape, pictures[k].Shape) && Similarity(i, k) is var similarity && similarity > alike)
                {
                    pairs.Add((similarity, i, k));
                    partners[i]++;
                    partners[k]++;
                }

        // The most similar pairs first, as complete linkage joins them.
        var least = median + Linked * (alike - median);
        var largest = Math.Max(LargestGroup, (int)(LargestShare * own.Length));
        pairs.Sort((a, b) => b.Similarity.CompareTo(a.Similarity));
        List<int>[] groups = [.. Enumerable.Range(0, own.Length).Select(i => new List<int> { i })];
        foreach (var (_, i, k) in pairs)
        {
            var (first, second) = (groups[i], groups[k]);
            if (first == second || partners[i] >= largest || partners[k] >= largest || first.Count + second.Count > largest
                || !first.All(a => second.All(b => Similarity(a, b) > least)))
                continue;
            first.AddRange(second);
            foreach (var member in second)
                groups[member] = first;
        }
        var numbers = groups.Distinct().Index().ToDictionary(g => g.Item, g => g.Index);
        return [.. groups.Select(g => numbers[g])];

        float Similarity(int i, int k) => TensorPrimitives.Dot<float>(own[i], own[k]);
    }

    /// <summary>
    /// Whether the pictures show parts that lie alike, so that places of the picture may have constants of their own: their sizes agree to 5 %, and
    /// the correlation of two thumbnails is in the mean above 0.3. Of textures it is about 0, and what happens to be at one place of the few held
    /// out says nothing of it.
    /// </summary>
    public static bool LieAlike(IReadOnlyList<TrainingPicture> pictures)
    {
        if (pictures.Count < 2
            || pictures.Max(p => p.Shape.Height) > SideFactor * pictures.Min(p => p.Shape.Height)
            || pictures.Max(p => p.Shape.Width) > SideFactor * pictures.Min(p => p.Shape.Width))
            return false;
        // Thumbnails have length 1: their mean's squared length is the mean of all products, of which those with themselves are 1.
        var mean = Mean([.. pictures.Select(Thumbnail)]);
        return (TensorPrimitives.SumOfSquares(mean) * pictures.Count - 1) / (pictures.Count - 1) > LyingAlike;
    }

    /// <summary>The median similarity of pairs, and the similarity above which a pair is far more similar than pairs usually are.</summary>
    private static (double Median, double Alike) Usual(float[][] thumbnails)
    {
        var count = Math.Min(Sampled, thumbnails.Length);
        float[][] some = [.. Enumerable.Range(0, count).Select(i => thumbnails[(int)((long)i * thumbnails.Length / count)])];
        var similarities = new float[count * (count - 1) / 2];
        var at = 0;
        for (var i = 0; i < count; i++)
            for (var k = 0; k < i; k++)
                similarities[at++] = TensorPrimitives.Dot<float>(some[i], some[k]);
        if (at == 0)
            return (0, 1);
        Array.Sort(similarities);
        var median = Quantile.OfSorted<float>(similarities, 0.5);
        return (median, Math.Max(LeastCorrelation, median + FarAbove * (Quantile.OfSorted<float>(similarities, 0.75) - median)));
    }

    private static float[] Mean(float[][] thumbnails)
    {
        var mean = new float[Side * Side];
        foreach (var thumbnail in thumbnails)
            TensorPrimitives.Add(mean, thumbnail, mean);
        TensorPrimitives.Divide(mean, (float)thumbnails.Length, mean);
        return mean;
    }

    private static bool SameSize(PictureShape a, PictureShape b) =>
        Math.Max(a.Width, b.Width) <= SideFactor * Math.Min(a.Width, b.Width) && Math.Max(a.Height, b.Height) <= SideFactor * Math.Min(a.Height, b.Height);

    /// <summary>[Side, Side] the means of as many cells, less their surroundings', of length 1; zero where the picture shows nothing.</summary>
    private static float[] Thumbnail(TrainingPicture picture)
    {
        var ((channels, height, width), cells, smooth) = (picture.Shape, new float[Side * Side], new float[Side * Side]);
        var values = new float[width];
        for (var y = 0; y < Side; y++)
        {
            var top = y * height / Side;
            var bottom = Math.Max(top + 1, (y + 1) * height / Side);
            for (var c = 0; c < channels; c++)
                for (var row = top; row < bottom; row++)
                {
                    picture.CopyRow(c, row, 0, values);
                    for (var x = 0; x < Side; x++)
                    {
                        var left = x * width / Side;
                        var right = Math.Max(left + 1, (x + 1) * width / Side);
                        cells[y * Side + x] += TensorPrimitives.Sum<float>(values.AsSpan(left, right - left)) / (channels * (bottom - top) * (right - left));
                    }
                }
        }
        var filter = new GaussianFilter(Shading);
        filter.Apply(cells, smooth, new float[filter.ScratchLength(Side)], Side, Side);
        TensorPrimitives.Subtract(cells, smooth, cells);
        TensorPrimitives.Subtract(cells, TensorPrimitives.Sum<float>(cells) / cells.Length, cells);
        Normalise(cells);
        return cells;
    }

    private static void Normalise(float[] values)
    {
        var norm = TensorPrimitives.Norm<float>(values);
        if (norm > 1e-4f)
            TensorPrimitives.Divide(values, norm, values);
        else
            Array.Clear(values);
    }
}
