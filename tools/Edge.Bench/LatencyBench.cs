using System.Diagnostics;
using System.Globalization;
using Edge.Commands;
using Edge.Runtime;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inference;
using Spectre.Console;

namespace Edge.Bench;

/// <summary>The command <c>latency</c>.</summary>
internal sealed class LatencyBench(Func<string, SubjectOptions, ISubject> open, TextWriter output, TextWriter error)
{
    const int WarmUps = 3;

    /// <summary>Times each profile with each number of threads and prints the spread.</summary>
    /// <param name="bundle">The bundle's folder.</param>
    /// <param name="asked">Profiles; none = all.</param>
    /// <param name="threads">Threads of one evaluation; none = all processors.</param>
    /// <param name="n">Pictures timed a line.</param>
    /// <param name="json">JSON lines instead of a table.</param>
    public void Run(string bundle, string[] asked, int[] threads, int n, bool json)
    {
        string name, standard;
        IReadOnlyList<string> profiles, samples;
        using (var subject = open(bundle, new SubjectOptions()))
        {
            (name, standard, samples) = (subject.Bundle, subject.DefaultProfile, subject.GoldenSamplePaths);
            profiles = Selection.Profiles(subject, asked);
        }
        if (samples.Count == 0)
            throw new BundleException($"{bundle}: the bundle has no golden samples, and latency is measured on them; add some to bundle.yaml.");

        var pictures = new List<DecodedPicture>();
        try
        {
            foreach (var sample in samples)
                pictures.Add(PictureFile.Read(sample));
            List<LatencyRow> rows = [];
            foreach (var profile in profiles)
            {
                foreach (var count in threads.Length > 0 ? threads : [0])
                {
                    var row = Measure(bundle, profile, profile == standard, count, n, pictures);
                    rows.Add(row);
                    if (json)
                        JsonLines.Write(output, row);
                }
            }
            if (!json)
                Print(rows, name);
        }
        finally
        {
            pictures.ForEach(picture => picture.Dispose());
        }
    }

    LatencyRow Measure(string bundle, string profile, bool isDefault, int threads, int n, List<DecodedPicture> pictures)
    {
        var clock = Stopwatch.GetTimestamp();
        using var subject = open(bundle, new SubjectOptions(profile, Threads: threads));
        var load = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;

        double Time(int i)
        {
            var start = Stopwatch.GetTimestamp();
            subject.Inspect(pictures[i % pictures.Count].AsFrame());
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        var first = Time(0);
        for (var i = 1; i <= WarmUps; i++)
            Time(i);
        var times = new double[n];
        Progress.Run(error, profile, n, i => times[i] = Time(i));
        Array.Sort(times);
        return new LatencyRow
        {
            Profile = profile, IsDefault = isDefault, Threads = threads, Evaluations = subject.Evaluations, Pictures = n, Load = load, First = first,
            Min = times[0], P50 = Rank(times, 0.5), P95 = Rank(times, 0.95), P99 = Rank(times, 0.99), Max = times[^1],
            PicturesPerSecond = 1000 * n / times.Sum(),
            Provider = subject.Provider, OnnxRuntime = OnnxRuntimeLibrary.Version.ToString(), Cpu = Machine.CpuModel, Cores = Environment.ProcessorCount,
        };
    }

    /// <summary>Nearest rank: a time that was seen, never one between two.</summary>
    internal static double Rank(ReadOnlySpan<double> ascending, double q) => ascending[Math.Max((int)Math.Ceiling(q * ascending.Length) - 1, 0)];

    void Print(List<LatencyRow> rows, string bundle)
    {
        var console = Terminal.For(output);
        console.WriteLine($"{bundle} on {rows[0].Cpu}, {rows[0].Cores} processors, ONNX Runtime {rows[0].OnnxRuntime}, {rows[0].Provider}; "
            + $"{rows[0].Pictures} pictures a line after the first and {WarmUps} more; milliseconds");
        var table = new Table().Border(TableBorder.Simple).AddColumn("profile");
        foreach (var column in (string[])["threads", "nfe", "load", "first", "min", "p50", "p95", "p99", "max", "pictures/s"])
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var row in rows)
            table.AddRow(
            [
                Markup.Escape(row.IsDefault ? $"{row.Profile} *" : row.Profile), row.Threads == 0 ? "all" : row.Threads.ToString(CultureInfo.InvariantCulture),
                row.Evaluations.ToString(CultureInfo.InvariantCulture),
                .. new[] { row.Load, row.First, row.Min, row.P50, row.P95, row.P99, row.Max, row.PicturesPerSecond }
                    .Select(value => value.ToString(value < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture)),
            ]);
        console.Write(table);
        console.WriteLine("* default profile.");
    }
}
