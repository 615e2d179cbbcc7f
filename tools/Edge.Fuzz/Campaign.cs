using System.Diagnostics;
using System.Globalization;

namespace Edge.Fuzz;

/// <summary>Runs each target in a process of its own, so that a fault of native code, a stack that overflows or a hang ends one input and not the campaign.</summary>
internal sealed class Campaign(DirectoryInfo crashes, TextWriter output)
{
    private static readonly TimeSpan LongestInput = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(2);

    /// <summary>A target that kills its process so often has been understood.</summary>
    private const int MostDeaths = 20;

    public int Run(IReadOnlyList<string> targets, long inputs, int seed)
    {
        var crashed = 0L;
        output.WriteLine($"{"target",-16}{"inputs",10}{"accepted",10}{"refused",10}{"crashed",10}{"seconds",10}");
        foreach (var target in targets)
        {
            var path = Path.GetTempFileName();
            try
            {
                var watch = Stopwatch.StartNew();
                using var recorder = new FlightRecorder(path);
                for (var deaths = 0; deaths < MostDeaths && Work(target, inputs, seed, path, recorder) is { } death; deaths++)
                {
                    Worker.Keep(crashes, target, recorder, death);
                    recorder.Crashed++;
                    recorder.Index++;
                }
                crashed += recorder.Crashed;
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{target,-16}{recorder.Index,10}{recorder.Accepted,10}{recorder.Refused,10}{recorder.Crashed,10}{watch.Elapsed.TotalSeconds,10:F1}"));
            }
            finally
            {
                File.Delete(path);
            }
        }
        if (crashed > 0)
            output.WriteLine($"Inputs that crashed are in {crashes.FullName}; try one again with: tools/fuzz replay TARGET FILE");
        return crashed > 0 ? 1 : 0;
    }

    /// <summary>Lets a process work until it is done or dead; says what it died of.</summary>
    private string? Work(string target, long inputs, int seed, string path, FlightRecorder recorder)
    {
        recorder.Started = 0;
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardError = true };
        foreach (var argument in (string[])[typeof(Campaign).Assembly.Location, "work", target, "--inputs", $"{inputs}", "--seed", $"{seed}", "--out", crashes.FullName, "--recorder", path])
            start.ArgumentList.Add(argument);
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        using var process = Process.Start(start)!;
        List<string> said = [];
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is { } text && said.Count < 40)
                said.Add(text);
        };
        process.BeginErrorReadLine();
        var begun = Stopwatch.StartNew();
        var first = recorder.Index;
        while (!process.WaitForExit(100))
        {
            var started = recorder.Started;
            var hangs = started != 0 && Environment.TickCount64 - started > LongestInput.TotalMilliseconds;
            if (!hangs && (recorder.Index != first || started != 0 || begun.Elapsed < LongestStart))
                continue;
            process.Kill();
            process.WaitForExit();
            return $"no end within {LongestInput.TotalSeconds:F0} s";
        }
        process.WaitForExit();
        return process.ExitCode == 0 ? null : $"the process ended with {process.ExitCode}\n{string.Join('\n', said)}";
    }
}
