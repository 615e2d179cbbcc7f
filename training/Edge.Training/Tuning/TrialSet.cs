using Edge.Runtime.Diffusion;
using Edge.Training.Data;
using Edge.Training.Learning;

namespace Edge.Training.Tuning;

/// <summary>Held-out good pictures, each with a copy that has a synthetic defect; the kinds take turns.</summary>
/// <param name="Good">[C, H, W] and shape of each.</param>
/// <param name="Spoiled">The copies, in the same order.</param>
/// <param name="Masks">[H, W] where each is spoiled.</param>
/// <param name="Kinds">What each is spoiled by.</param>
internal sealed record TrialSet(IReadOnlyList<(float[] Values, PictureShape Shape)> Good, IReadOnlyList<(float[] Values, PictureShape Shape)> Spoiled, IReadOnlyList<bool[]> Masks,
    IReadOnlyList<DefectKind> Kinds)
{
    /// <summary>Paints the copies.</summary>
    /// <param name="pictures">Held-out good pictures.</param>
    /// <param name="seed">Decides the defects.</param>
    public static TrialSet Of(IReadOnlyList<TrainingPicture> pictures, ulong seed)
    {
        var kinds = Enum.GetValues<DefectKind>();
        var (spoiled, masks) = (new List<(float[], PictureShape)>(), new List<bool[]>());
        for (var i = 0; i < pictures.Count; i++)
        {
            var draws = new Draws(seed, (ulong)i);
            var (values, mask) = SyntheticDefects.Paint(pictures[i], kinds[i % kinds.Length], ref draws);
            spoiled.Add((values, pictures[i].Shape));
            masks.Add(mask);
        }
        return new TrialSet([.. pictures.Select(p => (p.Values, p.Shape))], spoiled, masks, [.. pictures.Select((_, i) => kinds[i % kinds.Length])]);
    }
}
