using Edge.Runtime;
using System.Diagnostics;
using Edge.CommandLine;
using Edge.Runtime.Bundles;
using Edge.Runtime.Inference;
using Edge.Runtime.Inspection;
using Edge.Runtime.Scoring;

namespace Edge.Bench.Speed;

/// <summary>Times one profile of one bundle; the same for every line of every table, so that lines can be compared.</summary>
internal sealed class LatencySampler(Func<string, SubjectOptions, ISubject> open, TextWriter error)
{
    /// <summary>Pictures between the first and those that count: at least these, and more until there were <see cref="MostWarmUps"/> or the time is over,
    /// since .NET compiles what runs often a second and third time.</summary>
    public const int LeastWarmUps = 3;

    /// <inheritdoc cref="LeastWarmUps"/>
    public const int MostWarmUps = 60;

    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(2);

    /// <summary>Opens the bundle, warms up and times n pictures.</summary>
    /// <param name="bundle">The bundle's folder.</param>
    /// <param name="profile">The profile and its precision.</param>
    /// <param name="threads">Threads of one evaluation; 0 = the processors.</param>
    /// <param name="pictures">Inspected one after the other, over and over.</param>
    /// <param name="n">Pictures timed.</param>
    /// <param name="rate">Pictures due a second; null inspects one right after the other.</param>
    public LatencyRow Measure(string bundle, ProfileKey profile, int threads, SamplePictures pictures, int n, double? rate = null)
    {
        var countsPeak = ResidentMemory.ResetPeak();
        var clock = Stopwatch.GetTimestamp();
        using var subject = open(bundle, new SubjectOptions(profile, Threads: threads));
        var load = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;

        InspectionResult? result = null;
        double Time(int i)
        {
            var start = Stopwatch.GetTimestamp();
            result = subject.Inspect(pictures[i], result);
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        var first = Time(0);
        var warm = Stopwatch.GetTimestamp();
        for (var i = 1; i <= LeastWarmUps || i <= MostWarmUps && Stopwatch.GetElapsedTime(warm) < WarmUpTime; i++)
            Time(i);

        var (times, stages) = (new double[n], new StageTimes[n]);
        var allocated = 0L;
        void Inspect(int i)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            times[i] = Time(i);
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            stages[i] = result!.Times;
        }

        var energy = EnergyMeter.Open();
        clock = Stopwatch.GetTimestamp();
        if (rate is { } hertz)
            times = LineRate.RealTime.Run(n, 1000 / hertz, Inspect);
        else
            Progress.Run(error, profile.ToString(), n, Inspect);
        var elapsed = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
        var joules = energy?.Joules();
        var peak = countsPeak ? ResidentMemory.Peak() : null;

        Array.Sort(times);
        return new LatencyRow
        {
            Bundle = subject.Bundle, Profile = profile.ToString(), IsDefault = profile == subject.DefaultProfile, Variant = subject.Variant,
            Threads = threads > 0 ? threads : Environment.ProcessorCount, Evaluations = subject.Evaluations, TScales = subject.TScales,
            Pictures = n, Load = load, First = first,
            Min = times[0], P50 = Quantile.NearestRank(times, 0.5), P90 = Quantile.NearestRank(times, 0.9), P95 = Quantile.NearestRank(times, 0.95),
            P99 = Quantile.NearestRank(times, 0.99), Max = times[^1], Jitter = Percentile.Deviation(times),
            PicturesPerSecond = 1000 * n / (rate is null ? times.Sum() : elapsed), Rate = rate, Missed = rate is null ? null : times.Count(time => time > 1000 / rate),
            Decode = pictures.DecodeMilliseconds, Preprocess = Percentile.Median(stages.Select(s => s.Preprocess)), Network = Percentile.Median(stages.Select(s => s.Network)),
            Arithmetic = Percentile.Median(stages.Select(s => s.Arithmetic)), Scoring = Percentile.Median(stages.Select(s => s.Scoring)),
            OutsideShare = Percentile.Median(stages.Select(s => 1 - s.Network / (s.Preprocess + s.Network + s.Arithmetic + s.Scoring))),
            AllocatedBytes = (double)allocated / n, PeakResidentBytes = peak, Energy = joules / n,
            Provider = subject.Provider, OnnxRuntime = OnnxRuntimeLibrary.Version.ToString(), Edge = CommandHost.Version,
            Cpu = Machine.CpuModel, Cores = Environment.ProcessorCount,
        };
    }
}
