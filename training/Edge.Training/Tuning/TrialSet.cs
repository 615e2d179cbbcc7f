using Edge.Runtime;
using Edge.Runtime.Diffusion;
using Edge.Training.Data;
using Edge.Training.Learning;

namespace Edge.Training.Tuning;

/// <summary>
/// Held-out good pictures, each with a copy that has a synthetic defect. The kinds take turns, and so do strengths from whole to hardly there: where
/// every setting finds everything, none can be told from another.
/// </summary>
/// <param name="Good">[C, H, W] and shape of each.</param>
/// <param name="Spoiled">The copies, in the same order.</param>
/// <param name="Kinds">What each is spoiled by.</param>
internal sealed record TrialSet(IReadOnlyList<(float[] Values, PictureShape Shape)> Good, IReadOnlyList<(float[] Values, PictureShape Shape)> Spoiled, IReadOnlyList<DefectKind> Kinds)
{
    /// <summary>What of a painted defect is left.</summary>
    private static readonly float[] Strengths = [1, 0.5f, 0.25f, 0.125f];

    /// <summary>Paints the copies. Where a kind does not show in a picture the next one takes its turn.</summary>
    /// <param name="pictures">Held-out good pictures.</param>
    /// <param name="seed">Decides the defects.</param>
    /// <exception cref="PictureException">A picture in which no kind shows.</exception>
    public static TrialSet Of(IReadOnlyList<TrainingPicture> pictures, ulong seed)
    {
        var every = Enum.GetValues<DefectKind>();
        var (spoiled, kinds) = (new List<(float[], PictureShape)>(), new List<DefectKind>());
        for (var i = 0; i < pictures.Count; i++)
        {
            var draws = new Draws(seed, (ulong)i);
            for (var turn = 0; kinds.Count == i; turn++)
            {
                if (turn == every.Length)
                    throw new PictureException($"{pictures[i].Path}: no synthetic defect can be made to show in this picture; is it all one colour?");
                var kind = every[(i + turn) % every.Length];
                if (SyntheticDefects.TryPaint(pictures[i], kind, ref draws) is not (var values, _))
                    continue;
                // From round to round each kind comes to another strength.
                Fade(pictures[i].Values, Strengths[(i + i / every.Length) % Strengths.Length], values);
                spoiled.Add((values, pictures[i].Shape));
                kinds.Add(kind);
            }
        }
        return new TrialSet([.. pictures.Select(p => (p.Values, p.Shape))], spoiled, kinds);
    }

    private static void Fade(float[] good, float strength, float[] spoiled)
    {
        for (var i = 0; i < spoiled.Length; i++)
            spoiled[i] = float.Lerp(good[i], spoiled[i], strength);
    }
}
