using System.Globalization;
using Edge.Runtime;

namespace Edge.Fuzz;

/// <summary>Tries the inputs of one target, one after the other, and writes down what it is about to do.</summary>
internal sealed class Worker(string name, int seed, DirectoryInfo crashes, string recorderPath)
{
    /// <summary>Growth of the process that one input may cause at most.</summary>
    private const long MaxGrowth = 1L << 30;

    public int Run(long inputs)
    {
        using var recorder = new FlightRecorder(recorderPath);
        using var target = Registry.Targets[name]();
        var mutator = new Mutator(target.Seeds, target.IsText, seed);
        var before = PeakBytes();
        while (recorder.Index < inputs)
        {
            recorder.Input = mutator.Make(recorder.Index);
            recorder.Started = Environment.TickCount64;
            try
            {
                if (target.Try(recorder.Input))
                    recorder.Accepted++;
                else
                    recorder.Refused++;
            }
            catch (EdgeException)
            {
                recorder.Refused++;
            }
            catch (Exception e)
            {
                recorder.Crashed++;
                Keep(crashes, name, recorder, e.ToString());
            }
            recorder.Started = 0;
            if (PeakBytes() - before > MaxGrowth)
            {
                recorder.Crashed++;
                Keep(crashes, name, recorder, $"memory grew by {PeakBytes() - before >> 20} MiB");
                GC.Collect();
                File.WriteAllText("/proc/self/clear_refs", "5"); // The peak begins anew.
            }
            recorder.Index++;
        }
        return 0;
    }

    /// <summary>Keeps an input that crashed, and what happened.</summary>
    public static void Keep(DirectoryInfo crashes, string name, FlightRecorder recorder, string what)
    {
        crashes.Create();
        var path = Path.Combine(crashes.FullName, $"{name}-{recorder.Index}");
        File.WriteAllBytes(path + ".bin", recorder.Input);
        File.WriteAllText(path + ".txt", what + "\n");
    }

    public static int Replay(string name, FileInfo file, TextWriter output)
    {
        using var target = Registry.Targets[name]();
        var before = PeakBytes();
        output.WriteLine(target.Try(File.ReadAllBytes(file.FullName)) ? "accepted" : "refused");
        output.WriteLine($"memory grew by {PeakBytes() - before >> 20} MiB");
        return 0;
    }

    private static long PeakBytes()
    {
        foreach (var line in File.ReadLines("/proc/self/status"))
            if (line.StartsWith("VmHWM:", StringComparison.Ordinal))
                return long.Parse(line.AsSpan(6, line.Length - 9).Trim(), CultureInfo.InvariantCulture) << 10;
        return 0;
    }
}
