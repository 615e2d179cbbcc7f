using Edge.CommandLine;
using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;
using Edge.Runtime.Scoring;

namespace Edge.Bench;

/// <summary>
/// How verdicts on good pictures move when the pictures change as light, lens, sensor, transmission and mounting change them.
/// A strength is tolerated while the count of rejected pictures is compatible with the threshold's promise: it may be no larger than
/// <see cref="MostRejects"/>, the least count that a binomial variable of as many trials and the rate alpha exceeds with a probability below 5 %.
/// The tolerance of a perturbation reaches from no change to the last strength of the ladder before the first that is not tolerated, on either
/// side. Where the unchanged pictures themselves are rejected too often there is no tolerance at all. Rotation and shrinking cut the picture
/// (<see cref="Perturbations"/>), so their scores are of a smaller part of it.
/// </summary>
internal sealed record Robustness
{
    private const double Doubt = 0.05;

    private static readonly (Perturbation Kind, double[] Strengths)[] Ladders =
    [
        (Perturbation.Brightness, [-0.2, -0.1, -0.05, -0.02, 0.02, 0.05, 0.1, 0.2]),
        (Perturbation.Contrast, [0.6, 0.75, 0.9, 0.95, 1.05, 1.1, 1.3, 1.6]),
        (Perturbation.Blur, [0.35, 0.5, 0.75, 1, 1.5, 2]),
        (Perturbation.Noise, [0.005, 0.01, 0.02, 0.04, 0.08]),
        (Perturbation.Jpeg, [20, 35, 50, 70, 85, 95]),
        (Perturbation.Rotation, [-10, -5, -2, -1, 1, 2, 5, 10]),
        (Perturbation.Scale, [0.85, 0.9, 0.95, 0.98, 1.02, 1.05, 1.1, 1.15]),
    ];

    /// <summary>How many pictures.</summary>
    public required int Pictures { get; init; }

    /// <summary>The threshold, a score.</summary>
    public required double Threshold { get; init; }

    /// <summary>The false-reject rate the threshold stands for.</summary>
    public required double Alpha { get; init; }

    /// <summary>The most rejected pictures that are compatible with it.</summary>
    public required int MostRejects { get; init; }

    /// <summary>Median score of the unchanged pictures.</summary>
    public required double Score { get; init; }

    /// <summary>How many of the unchanged pictures are rejected.</summary>
    public required int Rejected { get; init; }

    /// <summary>What became of them, kind by kind in ascending strength.</summary>
    public required IReadOnlyList<RobustnessStep> Steps { get; init; }

    /// <summary>What is tolerated; null where the unchanged pictures are rejected too often.</summary>
    public Tolerance? Tolerance => Rejected > MostRejects ? null : new Tolerance
    {
        Threshold = Threshold,
        Pictures = Pictures,
        Ranges = Steps.GroupBy(step => step.Kind).ToDictionary(kind => kind.Key, kind => RangeOf(kind.Key, [.. kind])),
    };

    /// <summary>Inspects good pictures unchanged and at every strength of the ladder.</summary>
    /// <param name="inspect">Inspects a frame; all results must be of one threshold.</param>
    /// <param name="alpha">The false-reject rate the threshold stands for, above 0 and below 1.</param>
    /// <param name="pictures">Files of good pictures that took no part in training, one part each; one or more.</param>
    /// <param name="progress">Told after each picture how many are done.</param>
    /// <param name="depth">Bits of 16-bit pictures that the sensor fills; 0 takes what each file says.</param>
    /// <exception cref="PictureException">There is no picture, or one cannot be inspected.</exception>
    /// <exception cref="BundleException">A score is not a number.</exception>
    public static Robustness Measure(Func<Frame, InspectionResult> inspect, double alpha, IReadOnlyList<string> pictures, Action<int>? progress = null,
        int depth = 0)
    {
        if (pictures.Count == 0)
            throw new PictureException("There is no good picture to change.");
        (Perturbation Kind, double Strength)[] changes = [.. Ladders.SelectMany(ladder => ladder.Strengths.Select(strength => (ladder.Kind, strength)))];
        // Row 0 holds the unchanged pictures.
        var scores = new float[changes.Length + 1][];
        for (var row = 0; row < scores.Length; row++)
            scores[row] = new float[pictures.Count];
        var rejected = new int[scores.Length];
        var threshold = 0.0;
        for (var i = 0; i < pictures.Count; i++)
        {
            using var picture = PictureFile.Read(pictures[i], depth);
            var frame = picture.AsFrame();
            for (var row = 0; row < scores.Length; row++)
            {
                var shown = row == 0 ? frame : Perturbations.Apply(frame, changes[row - 1].Kind, changes[row - 1].Strength, (ulong)i);
                var result = Inspect(inspect, shown, pictures[i]);
                if (!double.IsFinite(result.Score))
                    throw new BundleException($"profile {new ProfileKey(result.Profile, result.Precision)} gives {pictures[i]} the score {result.Score}; "
                        + "check the bundle with 'edge bundle check'.");
                (scores[row][i], threshold) = ((float)result.Score, result.Threshold);
                rejected[row] += result.IsNg ? 1 : 0;
            }
            progress?.Invoke(i + 1);
        }
        return new Robustness
        {
            Pictures = pictures.Count, Threshold = threshold, Alpha = alpha, MostRejects = CompatibleRejects(pictures.Count, alpha),
            Score = Quantile.Of(scores[0], 0.5), Rejected = rejected[0],
            Steps = [.. changes.Select((change, i) => new RobustnessStep(change.Kind, change.Strength, Quantile.Of(scores[i + 1], 0.5), rejected[i + 1]))],
        };
    }

    /// <summary>The least count that a binomial variable of n trials and the rate alpha exceeds with a probability below 5 %.</summary>
    internal static int CompatibleRejects(int n, double alpha) => Binomial.Cumulative(n, alpha).TakeWhile(atMost => 1 - atMost >= Doubt).Count();

    private static InspectionResult Inspect(Func<Frame, InspectionResult> inspect, Frame frame, string path)
    {
        try
        {
            return inspect(frame);
        }
        catch (PictureException e)
        {
            throw new PictureException($"{path}: {e.Message}", e);
        }
    }

    private ToleranceRange RangeOf(Perturbation kind, RobustnessStep[] steps)
    {
        var none = Perturbations.Range(kind).None;
        return new ToleranceRange { Low = Last(steps.Where(step => step.Strength < none).Reverse(), none), High = Last(steps.Where(step => step.Strength > none), none) };
    }

    /// <summary>The last strength before the first that is not tolerated.</summary>
    private double Last(IEnumerable<RobustnessStep> outwards, double none) =>
        outwards.TakeWhile(step => step.Rejected <= MostRejects).Select(step => step.Strength).LastOrDefault(none);
}
