using Edge.Evaluation;
using Edge.Evaluation.Metrics;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;

namespace Edge.Training.Tuning;

/// <summary>
/// A labelled test set, to say afterwards how well the synthetic defects ranked the candidates. Nothing is chosen by it.
/// </summary>
/// <param name="Normals">The held-out good pictures, for constants.</param>
/// <param name="Pictures">The test pictures.</param>
/// <param name="Masks">[H, W] of each after scaling, null for a good one.</param>
internal sealed record RealTrial(PlaneReader Normals, PlaneReader Pictures, IReadOnlyList<bool[]?> Masks)
{
    /// <summary>A mask at the size of the planes: the nearest pixel.</summary>
    public static bool[]? MaskOf(DefectPicture picture, PictureShape shape)
    {
        if (picture.ReadMask() is not { } mask)
            return null;
        using var decoded = PictureFile.Read(picture.File);
        var (rows, columns, height, width) = (decoded.Height, decoded.Width, shape.Height, shape.Width);
        return [.. Enumerable.Range(0, shape.Pixels).Select(i => mask[(int)((i / width + 0.5) * rows / height) * columns + (int)((i % width + 0.5) * columns / width)] != 0)];
    }

    /// <summary>Image AUROC, and the mean over the defective pictures of the AUROC of their pixels.</summary>
    public (double Image, double Pixel) Try(Candidate candidate)
    {
        var profile = candidate.Profile;
        var builder = new MapBuilder(profile);
        builder.Use(builder.Fit(Normals.Read(profile)));
        var (good, bad, pixels) = (new List<float>(), new List<float>(), new List<double>());
        foreach (var (i, picture) in Pictures.Read(profile).Index())
        {
            var (map, score) = builder.Score(picture);
            (Masks[i] is null ? good : bad).Add(score);
            if (Masks[i] is { } mask && Auroc(map, mask) is var auroc && !double.IsNaN(auroc))
                pixels.Add(auroc);
        }
        float[] sortedGood = [.. good.Order()], sortedBad = [.. bad.Order()];
        return (RocCurve.Auroc<float>(sortedGood, sortedBad), pixels.Average());
    }

    /// <summary>AUROC of the pixels of one picture; NaN where the mask is empty.</summary>
    private static double Auroc(float[] map, bool[] mask)
    {
        float[] inside = [.. map.Where((_, i) => mask[i])], outside = [.. map.Where((_, i) => !mask[i])];
        Array.Sort(inside);
        Array.Sort(outside);
        return RocCurve.Auroc<float>(outside, inside);
    }
}
