using System.Diagnostics;
using System.Globalization;
using Edge.CommandLine;
using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inference;
using Edge.Runtime.Inspection;
using Edge.Runtime.Scoring;
using Spectre.Console;

namespace Edge.Bench.Sessions;

/// <summary>The command <c>tune</c>.</summary>
internal sealed class TuneBench(TextWriter output, TextWriter error)
{
    const int WarmUps = 3;

    /// <summary>Times within this factor of the fastest are equal: a run more or less moves a median by as much.</summary>
    const double Equal = 1.03;

    /// <summary>Times each profile with every number of threads, spinning and not, and writes the fastest beside the bundle.</summary>
    /// <param name="folder">The bundle.</param>
    /// <param name="asked">Profiles with their precision; none = all.</param>
    /// <param name="n">Pictures timed a way.</param>
    /// <param name="json">JSON lines instead of a table.</param>
    public void Run(string folder, ProfileKey[] asked, int n, bool json)
    {
        var bundle = Bundle.Load(folder);
        foreach (var key in asked)
            bundle.Profile(key);
        if (bundle.GoldenSamplePaths.Count == 0)
            throw new BundleException($"{folder}: the bundle has no golden samples, and tuning times them; make it again with the trainer.");

        var pictures = new List<DecodedPicture>();
        List<TuneRow> rows = [];
        try
        {
            foreach (var path in bundle.GoldenSamplePaths)
                pictures.Add(PictureFile.Read(path));
            foreach (var profile in asked.Length > 0 ? asked : bundle.Profiles)
            {
                List<TuneRow> ways = [.. Ways(Environment.ProcessorCount).Select(way => Time(bundle, profile, way.Threads, way.Spinning, n, pictures))];
                var choice = Fastest(ways);
                rows.AddRange(ways.Select(way => way with { Chosen = way == choice }));
            }
        }
        finally
        {
            pictures.ForEach(picture => picture.Dispose());
        }

        // What was chosen before for other profiles stays, where it was chosen here.
        var here = MachineTuning.Here(bundle);
        var tuning = MachineTuning.Read(folder) is { } before && before.DiffersFrom(here) is null ? before : here;
        foreach (var row in rows.Where(row => row.Chosen))
            tuning.Profiles[ProfileKey.Parse(row.Profile)] = new ProfileTuning { Threads = row.Threads, Spinning = row.Spinning, P50Ms = Math.Round(row.P50, 3) };
        tuning.Write(folder);

        if (json)
            rows.ForEach(row => JsonLines.Write(output, row));
        else
            Print(rows, here);
        error.WriteLine($"Written: {MachineTuning.PathOf(folder)}");
    }

    /// <summary>Powers of two up to the processors, and the processors; a thread alone has nobody to wait for.</summary>
    internal static IEnumerable<(int Threads, bool Spinning)> Ways(int processors)
    {
        for (var threads = 1; threads < processors; threads *= 2)
        {
            yield return (threads, false);
            if (threads > 1)
                yield return (threads, true);
        }
        yield return (processors, false);
        if (processors > 1)
            yield return (processors, true);
    }

    /// <summary>The fastest; of equals the one with the fewest threads, and of those one that leaves the processors alone while it waits.</summary>
    internal static TuneRow Fastest(IReadOnlyCollection<TuneRow> ways)
    {
        var best = ways.Min(way => way.P50);
        return ways.Where(way => way.P50 <= best * Equal).OrderBy(way => way.Threads).ThenBy(way => way.Spinning).First();
    }

    static TuneRow Time(Bundle bundle, ProfileKey profile, int threads, bool spinning, int n, List<DecodedPicture> pictures)
    {
        using var model = Model.Open(bundle, new ModelOptions
        {
            Profile = profile.Name, Precision = profile.Precision,
            Inference = new InferenceOptions { Provider = ExecutionProvider.Cpu, IntraOpThreads = threads, AllowSpinning = spinning },
        });
        using var inspector = model.CreateInspector();
        var result = new InspectionResult();
        for (var i = 0; i < WarmUps; i++)
            inspector.Inspect(pictures[i % pictures.Count].AsFrame(), result);
        var times = new double[n];
        for (var i = 0; i < n; i++)
        {
            var start = Stopwatch.GetTimestamp();
            inspector.Inspect(pictures[i % pictures.Count].AsFrame(), result);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        Array.Sort(times);
        return new TuneRow
        {
            Profile = profile.ToString(), Threads = threads, Spinning = spinning,
            P50 = Quantile.NearestRank(times, 0.5), P95 = Quantile.NearestRank(times, 0.95),
        };
    }

    void Print(List<TuneRow> rows, MachineTuning here)
    {
        var console = Terminal.For(output);
        console.WriteLine($"{here.Bundle} {here.BundleVersion} on {here.Cpu}, {here.Processors} processors, ONNX Runtime {here.OnnxRuntime}; milliseconds");
        var table = new Table().Border(TableBorder.Simple).AddColumn("profile").AddColumn(new TableColumn("threads").RightAligned()).AddColumn("spinning")
            .AddColumn(new TableColumn("p50").RightAligned()).AddColumn(new TableColumn("p95").RightAligned()).AddColumn("");
        foreach (var row in rows)
            table.AddRow(Markup.Escape(row.Profile), row.Threads.ToString(CultureInfo.InvariantCulture), row.Spinning ? "yes" : "no",
                row.P50.ToString("0.0", CultureInfo.InvariantCulture), row.P95.ToString("0.0", CultureInfo.InvariantCulture), row.Chosen ? "chosen" : "");
        console.Write(table);
    }
}
