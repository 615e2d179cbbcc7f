using Edge.Evaluation;
using Edge.Evaluation.Metrics;
using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;

namespace Edge.Bench;

/// <summary>Inspects the test pictures of a set with each profile and measures what the verdicts are worth.</summary>
internal sealed class Evaluator(Func<string, SubjectOptions, ISubject> open, TextWriter error)
{
    /// <summary>Bits of 16-bit pictures that the sensor fills; 0 takes what each file says.</summary>
    public int Depth { get; init; }

    /// <summary>Evaluates the profiles one after the other, each when it is asked for.</summary>
    /// <param name="bundle">The bundle's folder.</param>
    /// <param name="set">The test pictures.</param>
    /// <param name="asked">Profiles with their precision; none = all.</param>
    /// <param name="alpha">False-reject rate asked of the threshold; null = the bundle's own.</param>
    public IEnumerable<Evaluation> Run(string bundle, DefectDataset set, ProfileKey[] asked, double? alpha)
    {
        byte[]?[] masks = [.. set.ReadTruth(Depth).Select(truth => truth.Mask)];

        ProfileKey standard;
        IReadOnlyList<ProfileKey> profiles;
        using (var subject = open(bundle, new SubjectOptions()))
            (standard, profiles) = (subject.DefaultProfile, Selection.Profiles(subject, asked));

        foreach (var profile in profiles)
        {
            using var subject = open(bundle, new SubjectOptions(profile, alpha, Depth: Depth));
            yield return Measure(subject, set, masks, profile, profile == standard);
        }
    }

    Evaluation Measure(ISubject subject, DefectDataset set, byte[]?[] masks, ProfileKey profile, bool isDefault)
    {
        var hasMasks = masks.Any(mask => mask is not null);
        var results = new InspectionResult[set.Pictures.Count];
        List<ScoredPicture> maps = [];

        subject.Inspect(set.Pictures[0].File);   // warms up; scores do not depend on what was inspected before
        Progress.Run(error, profile.ToString(), results.Length, i =>
        {
            var file = set.Pictures[i].File;
            results[i] = subject.Inspect(file);
            RequireFinite(results[i].Score, profile, file);
            // Without masks nothing asks for the maps, which are the larger part of a result.
            var map = results[i].TakeMap();
            if (hasMasks)
                maps.Add(Scored(map.Values.ToArray(), map.Width, masks[i], file));
        });

        var evaluation = Evaluation.Of(profile, isDefault, subject.Alpha, subject.Evaluations, results, set.Pictures, maps);
        return evaluation with { Row = evaluation.Row with { PassedControls = subject.PassedControls() } };
    }

    /// <exception cref="BundleException">A score is not a finite number.</exception>
    internal static void RequireFinite(double score, ProfileKey profile, string file)
    {
        if (!double.IsFinite(score))
            throw new BundleException($"Profile {profile} gives {file} the score {score}; check the bundle with 'edge bundle check'.");
    }

    /// <summary>A map beside the truth.</summary>
    /// <exception cref="BundleException">It has not the picture's size, or holds a value that is no finite number.</exception>
    internal static ScoredPicture Scored(float[] map, int width, byte[]? mask, string file)
    {
        if (mask is not null && mask.Length != map.Length)
            throw new BundleException($"{file}: the anomaly map has {map.Length} pixels, the picture {mask.Length}; the map must have the picture's size.");
        if (map.AsSpan().IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) >= 0)
            throw new BundleException($"{file}: the anomaly map holds a value that is no finite number; check the bundle with 'edge bundle check'.");
        return new ScoredPicture(map, width, mask);
    }
}
