using Edge.Runtime;
using Edge.Runtime.Diffusion;
using Edge.Training.Data;
using Edge.Training.Learning;

namespace Edge.Training.Tuning;

/// <summary>
/// Good pictures and copies of them with synthetic defects. The kinds take turns, and so do strengths from whole to hardly there: where every setting
/// finds everything, none can be told from another.
/// </summary>
/// <param name="Good">[C, H, W] and shape of each.</param>
/// <param name="Painted">The copies, each with the number of the picture it is of.</param>
internal sealed record TrialSet(IReadOnlyList<(float[] Values, PictureShape Shape)> Good, IReadOnlyList<(float[] Values, PictureShape Shape, int Source)> Painted)
{
    /// <summary>Copies that are painted at least, of few pictures several each.</summary>
    private const int FewestCopies = 96;

    /// <summary>What of a painted defect is left.</summary>
    private static readonly float[] Strengths = [1, 0.5f, 0.25f, 0.125f];

    /// <summary>Paints the copies. Where a kind does not show in a picture the next one takes its turn.</summary>
    /// <param name="pictures">Good pictures.</param>
    /// <param name="seed">Decides the defects.</param>
    /// <exception cref="PictureException">A picture in which no kind shows.</exception>
    public static TrialSet Of(IReadOnlyList<TrainingPicture> pictures, ulong seed)
    {
        var every = Enum.GetValues<DefectKind>();
        var painted = new List<(float[], PictureShape, int)>();
        var rounds = (FewestCopies + pictures.Count - 1) / pictures.Count;
        for (var i = 0; i < rounds * pictures.Count; i++)
        {
            var picture = pictures[i % pictures.Count];
            var draws = new Draws(seed, (ulong)i);
            for (var turn = 0; painted.Count == i; turn++)
            {
                if (turn == every.Length)
                    throw new PictureException($"{picture.Path}: no synthetic defect can be made to show in this picture; is it all one colour?");
                if (SyntheticDefects.TryPaint(picture, every[(i + turn) % every.Length], ref draws) is not (var values, _))
                    continue;
                // From round to round each kind comes to another strength.
                Fade(picture.Values, Strengths[(i + i / every.Length) % Strengths.Length], values);
                painted.Add((values, picture.Shape, i % pictures.Count));
            }
        }
        return new TrialSet([.. pictures.Select(p => (p.Values, p.Shape))], painted);
    }

    private static void Fade(float[] good, float strength, float[] painted)
    {
        for (var i = 0; i < painted.Length; i++)
            painted[i] = float.Lerp(good[i], painted[i], strength);
    }
}
