using System.Diagnostics;

namespace Edge.Bench.Speed;

/// <summary>
/// Pictures that come at a fixed rate, whether or not the last one is done. Each is due at a time fixed beforehand and its latency counts from
/// there, so that a slow picture is charged with the delay of those behind it (else their wait would not be seen: coordinated omission).
/// </summary>
/// <param name="now">Milliseconds since any moment.</param>
/// <param name="waitUntil">Returns at a time, or at once where it is past.</param>
internal sealed class LineRate(Func<double> now, Action<double> waitUntil)
{
    // What a sleep may oversleep; the rest is waited for awake.
    const double SleepSlack = 2;

    /// <summary>By the system's clock.</summary>
    public static LineRate RealTime { get; } = new(Now, WaitUntil);

    /// <summary>Runs n pictures.</summary>
    /// <param name="n">How many.</param>
    /// <param name="period">Milliseconds from one picture to the next.</param>
    /// <param name="inspect">Inspects picture i, from 0.</param>
    /// <returns>Milliseconds from when each picture was due to the end of its inspection.</returns>
    public double[] Run(int n, double period, Action<int> inspect)
    {
        var latencies = new double[n];
        var start = now();
        for (var i = 0; i < n; i++)
        {
            var due = start + i * period;
            waitUntil(due);
            inspect(i);
            latencies[i] = now() - due;
        }
        return latencies;
    }

    static double Now() => Stopwatch.GetTimestamp() * 1000.0 / Stopwatch.Frequency;

    static void WaitUntil(double time)
    {
        for (var left = time - Now(); left > 0; left = time - Now())
        {
            if (left > SleepSlack)
                Thread.Sleep((int)(left - SleepSlack) + 1);
            else
                Thread.SpinWait(20);
        }
    }
}
