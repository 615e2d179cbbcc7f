using Edge.CommandLine;
using Edge.Evaluation;
using Edge.Runtime;
using Edge.Runtime.Bundles;

namespace Edge.Bench.Speed;

/// <summary>The command <c>latency</c>.</summary>
internal sealed class LatencyBench(Func<string, SubjectOptions, ISubject> open, TextWriter output, TextWriter error)
{
    const int Slower = 1;

    /// <summary>Times each profile with each number of threads and prints where the time goes.</summary>
    /// <returns>The exit code: 1 where a p50 exceeds the baseline's by more than the tolerance, else 0.</returns>
    public int Run(LatencySettings settings)
    {
        var plot = settings.Plot is null ? null : new SpeedPlot(settings.Plot);
        if (plot is not null && settings.Data is null)
            throw new UsageException("--plot: draws accuracy against latency; name the test pictures with --data.");
        var baseline = settings.Baseline is null ? null : new Baseline(settings.Baseline);
        var set = settings.Data is null ? null : DefectDataset.Open(settings.Data);

        IReadOnlyList<ProfileKey> profiles;
        IReadOnlyList<string> samples;
        using (var subject = open(settings.Bundle, new SubjectOptions()))
            (profiles, samples) = (Selection.Profiles(subject, settings.Profiles), subject.GoldenSamplePaths);
        if (samples.Count == 0)
            throw new BundleException($"{settings.Bundle}: the bundle has no golden samples, and latency is measured on them; add some to bundle.yaml.");

        using var pictures = new SamplePictures(samples);
        var sampler = new LatencySampler(open, error);
        List<LatencyRow> rows = [];
        using var evaluations = set is null ? null : new Evaluator(open, error) { Depth = settings.Depth }.Run(settings.Bundle, set, [.. profiles], null).GetEnumerator();
        foreach (var profile in profiles)
        {
            var timed = Time(settings.Bundle, profile);
            // After the times: the maps of a whole set would be in their memory.
            if (evaluations?.MoveNext() == true)
                timed = [.. timed.Select(row => row.With(evaluations.Current.Row))];
            Add(timed);
        }
        if (settings.WithPeer)
        {
            using var peer = new PeerBundle();
            Add([.. Time(peer.Folder, PeerBundle.ProfileName).Select(row => row with { IsDefault = false })]);
        }

        if (settings.Format != OutputFormat.Json)
            LatencyTables.Write(output, rows, settings.Format == OutputFormat.Markdown);
        plot?.Write(rows);
        return baseline is null ? CommandHost.Ok : Judge(rows, settings.Tolerance);

        LatencyRow[] Time(string bundle, ProfileKey profile) =>
            [.. (settings.Threads.Length > 0 ? settings.Threads : [0]).Select(count => sampler.Measure(bundle, profile, count, pictures, settings.Pictures, settings.Rate))];

        void Add(LatencyRow[] timed)
        {
            foreach (var measured in timed)
            {
                var row = baseline?.Compare(measured) ?? measured;
                rows.Add(row);
                if (settings.Format == OutputFormat.Json)
                    JsonLines.Write(output, row);
            }
        }
    }

    int Judge(List<LatencyRow> rows, double tolerance)
    {
        if (rows.All(row => row.BaselineP50 is null))
            throw new UsageException("--baseline: has no line of these profiles, variants, threads and rate; take it with the same options.");
        var code = CommandHost.Ok;
        foreach (var row in rows)
        {
            var line = FormattableString.Invariant($"edge-bench: {row.Profile}, {row.Variant}, {row.Threads} threads: ");
            if (row.BaselineP50 is not { } before)
                error.WriteLine(line + "not in the baseline.");
            else if (row.P50 > before * (1 + tolerance))
            {
                error.WriteLine(line + FormattableString.Invariant($"p50 {row.P50:0.00} ms is {100 * (row.P50 / before - 1):0} % above the baseline's {before:0.00} ms, {100 * tolerance:0.#} % are allowed."));
                code = Slower;
            }
        }
        return code;
    }
}
