using Edge.Runtime.Bundles;
using Edge.Runtime.Inspection;
using Edge.Runtime.Scoring;
using Edge.Training.Learning;

namespace Edge.Training.Tuning;

/// <summary>
/// Chooses what materials want differently, such as the levels of T scales: by the AUROC of good pictures against the same pictures with synthetic
/// defects. The first answer is kept unless another is better by more than chance explains: a paired bootstrap over pictures, each with its copies, and as
/// many comparisons as there are answers (Bonferroni). The pictures are those that constants are fitted on; none of them calibrates.
/// </summary>
internal static class Tuner
{
    /// <summary>How often chance alone may overrule the first answer, over all comparisons together.</summary>
    private const double Significance = 0.025;

    private const int Resamples = 2000;

    /// <param name="calibrator">Runs the network.</param>
    /// <param name="setting">What is chosen, such as "Levels of T scales".</param>
    /// <param name="candidates">Every answer's name and a profile that takes it, first the one that is kept in doubt.</param>
    /// <param name="channels">Channels of the pictures.</param>
    /// <param name="set">Good pictures and their copies.</param>
    /// <param name="seed">Of the bootstrap.</param>
    public static Choice Choose(Calibrator calibrator, string setting, IReadOnlyList<(string Name, Profile Profile)> candidates, int channels, TrialSet set, ulong seed)
    {
        Profile[] profiles = [.. candidates.Select(c => c.Profile)];
        var (goodPlan, good) = calibrator.Read(profiles, set.Good);
        var (paintedPlan, painted) = calibrator.Read(profiles, [.. set.Painted.Select(p => (p.Values, p.Shape))]);
        var scores = candidates.Select(candidate =>
        {
            var ofGood = good.Select(p => (p.Select(goodPlan.PlanesOf(candidate.Profile)), new float[channels * PictureStatistics.PerChannel])).ToList();
            var scorer = new ProfileScorer(ProfileScorer.Fit(candidate.Profile, channels, ofGood, [], null).Profile, channels);
            return (Good: ofGood.Select(p => scorer.Score(p.Item1.Values, p.Item1.Height, p.Item1.Width, null)).ToArray(),
                Painted: painted.Select(p => p.Select(paintedPlan.PlanesOf(candidate.Profile))).Select(p => scorer.Score(p.Values, p.Height, p.Width, null)).ToArray());
        }).ToList();

        int[] source = [.. set.Painted.Select(p => p.Source)];
        var auroc = scores.Select(s => Auroc(s.Good, s.Painted, [.. Enumerable.Repeat(1, set.Good.Count)], source)).ToArray();
        var differences = Differences(scores, set.Good.Count, source, seed);
        var outcomes = candidates.Select((candidate, k) => new Outcome(candidate.Name, auroc[k], k == 0 ? 0 : LowerBound(differences[k], candidates.Count - 1))).ToList();
        var chosen = Enumerable.Range(1, outcomes.Count - 1).Where(k => outcomes[k].Lower > 0).OrderByDescending(k => outcomes[k].Auroc).FirstOrDefault();
        return new Choice(setting, outcomes, chosen, set.Good.Count, set.Painted.Count);
    }

    private static double LowerBound(double[] differences, int comparisons)
    {
        var place = (int)(Significance / comparisons * differences.Length);
        return differences.Order().ElementAt(place);
    }

    private static double[][] Differences(IReadOnlyList<(float[] Good, float[] Painted)> scores, int pictures, int[] source, ulong seed)
    {
        var draws = new Draws(seed, 0xB007);
        var differences = scores.Select(_ => new double[Resamples]).ToArray();
        for (var r = 0; r < Resamples; r++)
        {
            var times = new int[pictures];
            for (var i = 0; i < pictures; i++)
                times[draws.Below(pictures)]++;
            var first = Auroc(scores[0].Good, scores[0].Painted, times, source);
            for (var k = 1; k < scores.Count; k++)
                differences[k][r] = Auroc(scores[k].Good, scores[k].Painted, times, source) - first;
        }
        return differences;
    }

    /// <summary>AUROC where each picture and its copies count so many times; ties count half.</summary>
    internal static double Auroc(float[] good, float[] painted, int[] times, int[] source)
    {
        double above = 0, pairs = 0;
        for (var p = 0; p < painted.Length; p++)
            for (var g = 0; g < good.Length; g++)
            {
                double weight = times[source[p]] * times[g];
                pairs += weight;
                above += weight * (painted[p] > good[g] ? 1 : painted[p] == good[g] ? 0.5 : 0);
            }
        return pairs == 0 ? 0.5 : above / pairs;
    }
}
