using System.Diagnostics;
using System.Globalization;
using Edge.Runtime.Scoring;

namespace Edge.Trial;

/// <summary>Line rate for a long time, with everything on.</summary>
internal sealed class SoakTrial(TextWriter output)
{
    public async Task<int> Run(TimeSpan length, double hertz, string profile, string? file, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("edge-soak-").FullName;
        var port = Box.FreePort();
        File.WriteAllText(Path.Combine(folder, "broker.conf"), $"listener {port} 127.0.0.1\nallow_anonymous true\nuser root\n");
        using var broker = new PeerProcess(Path.Combine(folder, "broker.log"), "mosquitto", ["-c", Path.Combine(folder, "broker.conf")]);
        using var server = new StreamServer(Directory.EnumerateFiles(Box.Samples, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal), 30);
        using var box = new Box(folder, $"camera: {{ stream: {{ url: '{server.Url}' }} }}\nprofile: {profile}\ntrigger: {{ mode: external, deadline_ms: 1000 }}",
            outputs: $"mqtt: {{ host: 127.0.0.1, port: {port} }}", more: "store: { ng: { max_mb: 16, max_days: 1 }, ok: { max_mb: 4, max_days: 1, every: 10 } }");
        await Box.Until("ready", async () => (await box.Readiness()).Ready, TimeSpan.FromSeconds(60));
        var feed = new PartFeed(box.Modbus, TimeSpan.FromSeconds(1 / hertz));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var parts = Task.Run(() => feed.Run(end.Token), stop);

        List<(double Minute, double Megabytes, double Files)> samples = [];
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < length && !stop.IsCancellationRequested)
        {
            // Somebody looks at the page all the while.
            for (var i = 0; i < 10; i++)
            {
                await box.Get("/v1/state");
                await box.Get("/v1/stations/top/live.jpg");
                await Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None);
            }
            samples.Add((Stopwatch.GetElapsedTime(start).TotalMinutes, await box.Metric("process_resident_memory_bytes") / (1 << 20), await box.Metric("process_open_fds")));
            if (samples.Count % 6 == 0)
                output.WriteLine(Invariant($"{samples[^1].Minute:0} min: {samples[^1].Megabytes:0} MiB, {samples[^1].Files} files, {feed.Count.Offered} parts"));
        }
        end.Cancel();
        await parts;
        var dropped = await box.Metric("edge_output_dropped_total");
        await box.Process.End(PosixSignalNumber.Terminate, CancellationToken.None);

        // The first fifth is warm-up; then the slope of a least-squares line tells growth from noise.
        var steady = samples.Skip(samples.Count / 5).ToList();
        double[] sorted = [.. feed.Milliseconds.Order()];
        double[] answer = [.. ((double[])[0.5, 0.95, 0.99, 1]).Select(q => Quantile.NearestRank(sorted, q))];
        var text = Invariant($"""
            | what | value |
            |---|---|
            | length, rate, profile | {length.TotalMinutes:0.#} min, {hertz} parts/s, {profile}, camera at 30 pictures/s |
            | parts offered / inspected / NG unseen / refused / lost | {feed.Count.Offered} / {feed.Count.Inspected} / {feed.Count.Unseen} / {feed.Count.Refused} / {feed.Count.Lost} |
            | missed deadlines (answered later than 1000 ms) | {feed.Count.Unseen} |
            | parts whose time came before the box was ready again | {feed.Late} |
            | trigger to answer at the PLC, ms: p50 / p95 / p99 / max | {answer[0]:0} / {answer[1]:0} / {answer[2]:0} / {answer[3]:0} |
            | resident memory, MiB: after warm-up / end / largest | {steady[0].Megabytes:0} / {steady[^1].Megabytes:0} / {samples.Max(s => s.Megabytes):0} |
            | memory slope, MiB an hour | {Slope(steady, s => s.Megabytes) * 60:+0.0;-0.0;0.0} |
            | open files: after warm-up / end / largest | {steady[0].Files} / {steady[^1].Files} / {samples.Max(s => s.Files)} |
            | results the outputs lost | {dropped} |

            """);
        output.Write(text);
        if (file is not null)
            File.WriteAllText(file, text);
        Directory.Delete(folder, recursive: true);
        return feed.Count.Lost + dropped == 0 ? 0 : 1;
    }

    private static double Slope(List<(double Minute, double Megabytes, double Files)> samples, Func<(double Minute, double Megabytes, double Files), double> value)
    {
        var (x, y) = (samples.Average(s => s.Minute), samples.Average(value));
        return samples.Sum(s => (s.Minute - x) * (value(s) - y)) / samples.Sum(s => (s.Minute - x) * (s.Minute - x));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
