using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace Edge.Trial;

/// <summary>Breaks one thing after the other while parts go through, and fills the table.</summary>
internal sealed class FaultTrial(TextWriter output, string[] only)
{
    private const string External = "profile: t1\ntrigger: { mode: external, deadline_ms: 1500 }";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(400);

    private readonly List<FaultRow> rows = [];

    public async Task<int> Run(string? file, CancellationToken stop)
    {
        var failed = 0;
        (string Name, Func<string, CancellationToken, Task<FaultRow>> Trial)[] trials =
        [
            ("camera-unplugged", CameraUnplugged), ("stream-hung", (f, s) => Stream(f, "stream hangs", StreamFault.Hang, s)),
            ("stream-garbled", (f, s) => Stream(f, "stream garbled", StreamFault.Garble, s)), ("broker-down", BrokerDown), ("plc-silent", PlcSilent),
            ("disk-full", DiskFull), ("configuration-broken", ConfigurationBroken), ("bundle-replaced", BundleReplaced), ("picture-bombs", PictureBombs),
            ("clock-jump", ClockJump), ("kill", Killed),
        ];
        foreach (var (name, trial) in trials.Where(trial => only.Length == 0 || only.Contains(trial.Name)))
        {
            var folder = Directory.CreateTempSubdirectory($"edge-trial-{name}-").FullName;
            try
            {
                var row = await trial(folder, stop);
                rows.Add(row);
                failed += row.Lost == 0 ? 0 : 1;
                output.WriteLine(Line(row));
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested)
            {
                failed++;
                output.WriteLine($"| {name} | FAILED: {e.Message.ReplaceLineEndings(" ")} (see {folder}) |");
            }
        }
        if (file is not null)
            File.WriteAllText(file, Header() + string.Join('\n', rows.Select(Line)) + "\n");
        return failed == 0 ? 0 : 1;
    }

    private static string Header() => """
        | fault | what the operator sees | seconds to recover | parts offered | inspected | NG unseen | refused | broken off | lost | checked besides |
        |---|---|---|---|---|---|---|---|---|---|

        """;

    private static string Line(FaultRow row) => string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"| {row.Fault} | {row.Seen} | {(row.Recovery is { } seconds ? seconds.ToString("0.0") : "no stop")} | {row.Count.Offered} | {row.Count.Inspected} | {row.Count.Unseen} | {row.Count.Refused} | {row.Count.Broken} | {row.Lost} | {row.Note} |");

    private async Task<FaultRow> CameraUnplugged(string folder, CancellationToken stop)
    {
        const string Serial = "TRIAL1";
        string[] arguments = ["-i", "127.0.0.1", "-s", Serial];
        using var camera = new PeerProcess(Path.Combine(folder, "camera.log"), "arv-fake-gv-camera-0.8", arguments);
        return await WithPlc(folder, "camera unplugged for 10 s", $"camera: {{ aravis: {{ id: Aravis-Fake-{Serial}, region: [0, 0, 256, 256], fps: 15 }}, stall_seconds: 2, reopen_seconds: 5 }}\n{External}",
            async (box, _) =>
            {
                camera.Dispose();
                await Task.Delay(TimeSpan.FromSeconds(10), stop);
                return (await box.Readiness()).Words;
            },
            _ => { camera.Start(); return Task.CompletedTask; }, stop);
    }

    private async Task<FaultRow> Stream(string folder, string name, StreamFault fault, CancellationToken stop)
    {
        using var server = new StreamServer(Samples(), 15);
        return await WithPlc(folder, $"{name} for 15 s", $"camera: {{ stream: {{ url: '{server.Url}' }}, stall_seconds: 2, reopen_seconds: 5 }}\n{External}",
            async (box, _) =>
            {
                server.Fault = fault;
                await Task.Delay(TimeSpan.FromSeconds(15), stop);
                return (await box.Readiness()).Words;
            },
            _ => { server.Fault = StreamFault.None; return Task.CompletedTask; }, stop);
    }

    private async Task<FaultRow> BrokerDown(string folder, CancellationToken stop)
    {
        var port = Box.FreePort();
        File.WriteAllText(Path.Combine(folder, "broker.conf"), $"listener {port} 127.0.0.1\nallow_anonymous true\npersistence true\npersistence_location {folder}/\nmax_queued_messages 0\nuser root\n");
        string[] arguments = ["-c", Path.Combine(folder, "broker.conf")];
        using var broker = new PeerProcess(Path.Combine(folder, "broker.log"), "mosquitto", arguments);
        var received = Path.Combine(folder, "received.jsonl");
        await Task.Delay(1000, stop);
        using var subscriber = new PeerProcess(received, "mosquitto_sub", ["-p", $"{port}", "-q", "1", "-i", "judge", "-c", "-t", "edge/trial/top/result"]);
        using var server = new StreamServer(Samples(), 15);
        Box? used = null;
        var row = await WithPlc(folder, "broker down for 60 s", $"camera: {{ stream: {{ url: '{server.Url}' }} }}\n{External}",
            async (box, _) =>
            {
                used = box;
                await broker.End(PosixSignalNumber.Terminate, stop);
                await Task.Delay(TimeSpan.FromSeconds(60), stop);
                return (await box.Readiness()).Words;
            },
            async box =>
            {
                broker.Start();
                await Box.Until("the buffer to empty", async () => await box.Metric("edge_output_pending") == 0 && (await box.Readiness()).Words == "", Patience);
            }, stop, outputs: $"mqtt: {{ host: 127.0.0.1, port: {port}, keepalive_seconds: 5 }}",
            verify: async box =>
            {
                HashSet<long> published = [.. box.ResultLines().Select(Id)];
                await Box.Until("all results at the subscriber", () => Task.FromResult(published.IsSubsetOf(Received(received))), Patience);
                return $"{published.Count} results, all at the subscriber";
            });
        return row with { Lost = row.Lost + used!.ResultLines().Select(Id).Except(Received(received)).Count() };
    }

    private async Task<FaultRow> PlcSilent(string folder, CancellationToken stop)
    {
        using var server = new StreamServer(Samples(), 15);
        return await WithPlc(folder, "PLC never acknowledges for 10 s", $"camera: {{ stream: {{ url: '{server.Url}' }} }}\n{External}",
            async (box, feed) =>
            {
                feed.Silent = true;
                await Task.Delay(TimeSpan.FromSeconds(10), stop);
                using var plc = new Plc(box.Modbus);
                var code = (await plc.Registers(stop))[10];
                return $"{(await box.Readiness()).Words} (error code {code} in the PLC's registers)";
            },
            box => { _ = box; return Task.CompletedTask; }, stop, mendFeed: feed => feed.Silent = false);
    }

    private async Task<FaultRow> DiskFull(string folder, CancellationToken stop)
    {
        using var server = new StreamServer(Samples(), 15);
        var state = Directory.CreateDirectory(Path.Combine(folder, "state")).FullName;
        await Shell($"mount -t tmpfs -o size=32m tmpfs {state}", stop);
        try
        {
            return await WithPlc(folder, "disk full for 10 s", $"camera: {{ stream: {{ url: '{server.Url}' }} }}\nthreshold: 0\n{External}",
                async (box, _) =>
                {
                    await Shell($"head -c 40000000 /dev/zero > {state}/filler || true", stop);
                    await Task.Delay(TimeSpan.FromSeconds(10), stop);
                    return $"{(await box.Readiness()).Words} ({await box.Metric("edge_store_dropped_total")} pictures not kept, counted)";
                },
                async box =>
                {
                    File.Delete(Path.Combine(state, "filler"));
                    await Box.Until("the store to work again", async () => (await box.Readiness()).Ready, Patience);
                }, stop, more: "store: { free_mb: 0 }");
        }
        finally
        {
            await Shell($"umount -l {state}", CancellationToken.None);
        }
    }

    private async Task<FaultRow> ConfigurationBroken(string folder, CancellationToken stop)
    {
        using var server = new StreamServer(Samples(), 15);
        var good = "";
        return await WithPlc(folder, "configuration broken on reload", $"camera: {{ stream: {{ url: '{server.Url}' }} }}\n{External}",
            async (box, _) =>
            {
                good = File.ReadAllText(box.ConfigPath);
                File.WriteAllText(box.ConfigPath, good.Replace("profile: t1", "profil: t3"));
                box.Process.Signal(PosixSignalNumber.Hangup);
                await Task.Delay(TimeSpan.FromSeconds(5), stop);
                return (await box.Readiness()).Words;
            },
            async box =>
            {
                File.WriteAllText(box.ConfigPath, good);
                box.Process.Signal(PosixSignalNumber.Hangup);
                await Box.Until("the warning to end", async () => (await box.Readiness()).Words == "", Patience);
            }, stop);
    }

    private async Task<FaultRow> BundleReplaced(string folder, CancellationToken stop)
    {
        using var server = new StreamServer(Samples(), 15);
        var hash = "";
        return await WithPlc(folder, "bundle cut short in place, then replaced", $"camera: {{ stream: {{ url: '{server.Url}' }} }}\n{External}",
            async (box, _) =>
            {
                hash = (await box.State())["stations"]![0]!["bundle_hash"]!.GetValue<string>();
                using (var weights = new FileStream(Path.Combine(box.Bundle, "weights.bin"), FileMode.Open))
                    weights.SetLength(1000);
                box.Process.Signal(PosixSignalNumber.Hangup);
                await Task.Delay(TimeSpan.FromSeconds(5), stop);
                return (await box.Readiness()).Words;
            },
            async box =>
            {
                Box.CopyFolder(Path.Combine(Box.Samples, "..", ".."), box.Bundle);
                var manifest = Path.Combine(box.Bundle, "bundle.yaml");
                File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\nid: brick", "\nid: brick2"));
                box.Process.Signal(PosixSignalNumber.Hangup);
                await Box.Until("the new bundle", async () => (await box.State())["stations"]![0]!["bundle_hash"]!.GetValue<string>() != hash, Patience);
            }, stop);
    }

    private async Task<FaultRow> PictureBombs(string folder, CancellationToken stop)
    {
        using var server = new StreamServer(Samples(), 15);
        return await WithPlc(folder, "picture bombs by HTTP", $"camera: {{ stream: {{ url: '{server.Url}' }} }}\n{External}",
            async (box, _) =>
            {
                var before = await box.Metric("process_resident_memory_bytes");
                List<string> answers = [];
                // 1 GB of nothing, and a PNG header that claims 100,000 x 100,000 pixels.
                byte[] header = [0x89, .. "PNG\r\n\x1a\n"u8, 0, 0, 0, 13, .. "IHDR"u8, 0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0, 8, 2, 0, 0, 0, 0, 0, 0, 0];
                foreach (var content in new HttpContent[] { new StreamContent(new Zeros(1L << 30)), new ByteArrayContent(header), new ByteArrayContent(Encoding.ASCII.GetBytes("no picture")) })
                {
                    content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
                    var start = Stopwatch.GetTimestamp();
                    string status;
                    try
                    {
                        status = $"{(int)(await box.Post("/v1/inspect?station=top", content, stop)).StatusCode}";
                    }
                    catch (HttpRequestException)
                    {
                        status = "connection closed";
                    }
                    answers.Add($"{status} in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms");
                }
                var grown = (await box.Metric("process_resident_memory_bytes") - before) / (1 << 20);
                return $"1 GB, 100,000 x 100,000 pixels, no picture: {string.Join(", ", answers)}; memory {grown:+0;-0} MiB";
            },
            box => { _ = box; return Task.CompletedTask; }, stop);
    }

    private async Task<FaultRow> ClockJump(string folder, CancellationToken stop)
    {
        using var server = new StreamServer(Samples(), 15);
        var (clock, library) = (Path.Combine(folder, "clock"), Path.Combine(folder, "clock.so"));
        SetClock(clock, 0);
        await Shell($"gcc -shared -fPIC -O2 -o {library} {Path.Combine(Box.Root, "tools", "Edge.Trial", "clock.c")} -ldl", stop);
        return await WithPlc(folder, "clock jumps 3 h ahead, then 6 h back", $"camera: {{ stream: {{ url: '{server.Url}' }} }}\n{External}",
            async (box, _) =>
            {
                SetClock(clock, 3 * 3600);
                await Task.Delay(TimeSpan.FromSeconds(5), stop);
                SetClock(clock, -3 * 3600);
                await Task.Delay(TimeSpan.FromSeconds(5), stop);
                var words = (await box.Readiness()).Words;
                long[] ids = [.. box.ResultLines().Select(Id)];
                string[] times = [.. box.ResultLines().Select(line => line["time"]!.GetValue<string>())];
                var hours = times.Select(time => DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
                return (words.Length == 0 ? "nothing" : words) + $" (records span {(hours.Max() - hours.Min()).TotalHours:0.0} h, numbers still rise: {ids.SequenceEqual(ids.Order())})";
            },
            box => { _ = box; SetClock(clock, 0); return Task.CompletedTask; }, stop, environment: new() { ["LD_PRELOAD"] = library, ["TRIAL_CLOCK"] = clock });
    }

    private async Task<FaultRow> Killed(string folder, CancellationToken stop)
    {
        using var server = new StreamServer(Samples(), 15);
        long last = 0;
        return await WithPlc(folder, "kill -9, started again at once", $"camera: {{ stream: {{ url: '{server.Url}' }} }}\n{External}",
            async (box, _) =>
            {
                await box.Process.End(PosixSignalNumber.Kill, stop);
                last = box.ResultLines().Max(Id);
                return (await box.Readiness()).Words;
            },
            box => { box.Restart(); return Task.CompletedTask; }, stop,
            verify: box =>
            {
                long[] ids = [.. box.ResultLines().Select(Id)];
                return Task.FromResult($"numbers unique: {ids.Distinct().Count() == ids.Length}, go on above {last}: {ids.Max() > last}; no half line, no half picture: {!Directory.EnumerateFiles(folder, "*.partial", SearchOption.AllDirectories).Any()}");
            });
    }

    /// <summary>Parts before, while and after something is broken.</summary>
    private static async Task<FaultRow> WithPlc(string folder, string name, string station, Func<Box, PartFeed, Task<string>> harm, Func<Box, Task> mend, CancellationToken stop,
        string outputs = "", string more = "", Dictionary<string, string>? environment = null, Func<Box, Task<string>>? verify = null, Action<PartFeed>? mendFeed = null)
    {
        using var box = new Box(folder, station, outputs, more, environment);
        await Box.Until("ready", async () => (await box.Readiness()).Ready, Patience);
        var feed = new PartFeed(box.Modbus, Period);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var parts = Task.Run(() => feed.Run(end.Token), stop);
        await Task.Delay(TimeSpan.FromSeconds(4), stop);
        var before = feed.Count.Inspected;
        if (before == 0)
            throw new InvalidOperationException("no part was inspected before anything was broken");

        var longest = Longest(feed, end.Token);
        var seen = await harm(box, feed);
        var mended = Stopwatch.GetTimestamp();
        await mend(box);
        mendFeed?.Invoke(feed);
        await Box.Until("a part to be inspected again", () => Task.FromResult(feed.LastInspected > mended), Patience);
        var recovery = Math.Max(0, Stopwatch.GetElapsedTime(mended, feed.LastInspected).TotalSeconds);
        await Task.Delay(TimeSpan.FromSeconds(4), stop);
        end.Cancel();
        await parts;
        var gap = await longest;

        await Box.Until("the results on file", () => Task.FromResult(box.ResultLines().Count >= feed.Count.Inspected), Patience);
        var note = verify is null ? "" : await verify(box);
        await box.Process.End(PosixSignalNumber.Terminate, stop);
        // Every answer the PLC got is on file, under a number of its own.
        var lines = box.ResultLines();
        long lost = feed.Count.Lost + Math.Max(0, feed.Count.Inspected + feed.Count.Unseen - lines.Select(Id).Distinct().Count());
        if (box.Process.ExitCode != 0)
            throw new InvalidOperationException($"edge ended with exit code {box.Process.ExitCode}");
        return new FaultRow(name, seen.Length == 0 ? "nothing" : seen.Replace(folder, "..."), gap < 3 * Period.TotalSeconds ? null : recovery, feed.Count, lost, note);
    }

    /// <summary>The longest time without an inspected part, in seconds.</summary>
    private static async Task<double> Longest(PartFeed feed, CancellationToken stop)
    {
        var longest = 0.0;
        while (!stop.IsCancellationRequested)
        {
            longest = Math.Max(longest, Stopwatch.GetElapsedTime(feed.LastInspected).TotalSeconds);
            await Task.Delay(20, CancellationToken.None);
        }
        return longest;
    }

    /// <summary>Seconds the wall clock of a process under clock.c is ahead.</summary>
    private static void SetClock(string path, long seconds)
    {
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        file.Write(BitConverter.GetBytes(seconds));
    }

    private static IEnumerable<string> Samples() => Directory.EnumerateFiles(Box.Samples, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    private static long Id(System.Text.Json.Nodes.JsonNode line) => line["id"]!.GetValue<long>();

    private static HashSet<long> Received(string path) =>
        [.. File.ReadLines(path).Where(line => line.StartsWith('{') && line.EndsWith('}')).Select(line => Id(System.Text.Json.Nodes.JsonNode.Parse(line)!))];

    private static async Task Shell(string command, CancellationToken stop)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]))!;
        await shell.WaitForExitAsync(stop);
        if (shell.ExitCode != 0)
            throw new InvalidOperationException($"'{command}' failed; this trial needs root and gcc.");
    }
}
