using System.Numerics.Tensors;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;

namespace Edge.Training.Data;

/// <summary>
/// Finds pictures that show the same thing, such as several exposures of one part: one of them trained on and another held out make
/// the threshold promise too much. Two are alike where their thumbnails correlate, once exposure, shading and what all pictures have in common are taken
/// away. Of the development sets' fabrics next to none are (0.25 at most in aitex_03), of magnetic tiles in six exposures nearly all (0.94 in the median).
/// </summary>
internal static class AlikePictures
{
    private const double Correlation = 0.7;

    /// <summary>Mean correlation above which parts lie alike.</summary>
    private const double LyingAlike = 0.3;

    private const int Side = 32;

    /// <summary>Standard deviation of the shading that is taken away, in pixels of the thumbnail.</summary>
    private const double Shading = 3;

    /// <summary>Pictures whose sides differ by more than this factor show different things.</summary>
    private const double SideFactor = 1.05;

    /// <summary>The group of every picture, numbered; pictures belong together that are alike, or alike to one that is.</summary>
    public static int[] Groups(IReadOnlyList<TrainingPicture> pictures)
    {
        float[][] thumbnails = [.. pictures.Select(Thumbnail)];
        var common = Mean(thumbnails);
        foreach (var thumbnail in thumbnails)
        {
            TensorPrimitives.Subtract(thumbnail, common, thumbnail);
            Normalise(thumbnail);
        }

        int[] group = [.. Enumerable.Range(0, pictures.Count)];
        for (var i = 0; i < pictures.Count; i++)
            for (var k = 0; k < i; k++)
                if (SameSize(pictures[i].Shape, pictures[k].Shape) && TensorPrimitives.Dot(thumbnails[i], thumbnails[k]) > Correlation)
                    group[Root(i)] = Root(k);
        return [.. Enumerable.Range(0, pictures.Count).Select(Root)];

        int Root(int i)
        {
            while (group[i] != i)
                i = group[i] = group[group[i]];
            return i;
        }
    }

    /// <summary>
    /// Whether the pictures show parts that lie alike, so that places of the picture may have constants of their own: they have one size, and the correlation
    /// of two thumbnails is in the mean above 0.3. Of textures it is about 0, and what happens to be at one place of the few held out says nothing of it.
    /// </summary>
    public static bool LieAlike(IReadOnlyList<TrainingPicture> pictures)
    {
        if (pictures.Count < 2 || pictures.Any(p => p.Shape != pictures[0].Shape))
            return false;
        // Thumbnails have length 1: their mean's squared length is the mean of all products, of which those with themselves are 1.
        var mean = Mean([.. pictures.Select(Thumbnail)]);
        return (TensorPrimitives.SumOfSquares(mean) * pictures.Count - 1) / (pictures.Count - 1) > LyingAlike;
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
        for (var y = 0; y < Side; y++)
            for (var x = 0; x < Side; x++)
            {
                var (top, left) = (y * height / Side, x * width / Side);
                var (bottom, right) = (Math.Max(top + 1, (y + 1) * height / Side), Math.Max(left + 1, (x + 1) * width / Side));
                for (var c = 0; c < channels; c++)
                    for (var row = top; row < bottom; row++)
                        cells[y * Side + x] += TensorPrimitives.Sum(picture.Values.AsSpan((c * height + row) * width + left, right - left));
                cells[y * Side + x] /= channels * (bottom - top) * (right - left);
            }
        var filter = new GaussianFilter(Shading);
        filter.Apply(cells, smooth, new float[filter.ScratchLength(Side)], Side, Side);
        TensorPrimitives.Subtract(cells, smooth, cells);
        TensorPrimitives.Subtract(cells, TensorPrimitives.Sum(cells) / cells.Length, cells);
        Normalise(cells);
        return cells;
    }

    private static void Normalise(float[] values)
    {
        var norm = TensorPrimitives.Norm(values);
        if (norm > 1e-4f)
            TensorPrimitives.Divide(values, norm, values);
        else
            Array.Clear(values);
    }
}
