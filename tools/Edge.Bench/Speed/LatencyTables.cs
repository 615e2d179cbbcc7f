using System.Globalization;

namespace Edge.Bench.Speed;

/// <summary>The rows of <c>latency</c> as tables: times first, then where they go and what else an inspection takes.</summary>
internal static class LatencyTables
{
    public static void Write(TextWriter output, IReadOnlyList<LatencyRow> rows, bool markdown)
    {
        var first = rows[0];
        output.WriteLine($"{first.Bundle} on {Machine(first)}; {first.Pictures} pictures a line after the first and {LatencySampler.LeastWarmUps} to {LatencySampler.MostWarmUps} more"
            + $"{(first.Rate is { } rate ? string.Create(CultureInfo.InvariantCulture, $", {rate:0.##} a second") : "")}; milliseconds");
        Times(rows).Write(output, markdown);
        Stages(rows).Write(output, markdown);
        output.WriteLine("With *: the default profile. load: opening the bundle; first: the first picture, after which there is a verdict. jitter: standard deviation.");
        output.WriteLine("Stages are medians; decode comes before the times above, which begin with the frame in memory. outside %: share not spent in ONNX Runtime.");
        output.WriteLine("allocated: managed bytes a picture. memory: most that the process held in this line, MB.");
        if (first.Rate is not null)
            output.WriteLine("Times count from when a picture was due, stages from when it was begun; missed: verdicts that came after the next picture was due.");
        if (rows.All(row => row.Energy is null))
            output.WriteLine("energy is not measured: this machine shows no RAPL counter in /sys/class/powercap that this user may read.");
        else
            output.WriteLine("energy: joules a picture of the whole processor package, whatever else runs included.");
        if (rows.Any(row => row.Profile == PeerBundle.ProfileName))
            output.WriteLine($"{PeerBundle.ProfileName}: what the DDAD recipe costs on the same pictures, with random weights; its comparison of ImageNet features is left out.");
    }

    /// <summary>Processor, provider and versions.</summary>
    public static string Machine(LatencyRow row) =>
        $"{row.Cpu}, processors: {row.Cores}; ONNX Runtime {row.OnnxRuntime}, {row.Provider}; edge-bench {row.Edge}";

    static TextTable Times(IReadOnlyList<LatencyRow> rows)
    {
        var (paced, compared, judged) = (rows[0].Rate is not null, rows.Any(row => row.BaselineP50 is not null), rows.Any(row => row.FalseRejectsSeen is not null));
        var table = new TextTable([
            "profile", "variant", "threads", "nfe", "load", "first", "min", "p50", "p90", "p95", "p99", "max", "jitter", "pictures/s",
            .. If(paced, "missed"), .. If(compared, "p50 before"), .. If(judged, "image AUROC", "pixel AUROC", "AUPRO")]);
        foreach (var row in rows)
            table.Add([
                .. Name(row), Evaluations(row.Evaluations), .. new[] { row.Load, row.First, row.Min, row.P50, row.P90, row.P95, row.P99, row.Max, row.Jitter, row.PicturesPerSecond }.Select(Number),
                .. If(paced, Number(row.Missed)), .. If(compared, Number(row.BaselineP50)), .. If(judged, Share(row.ImageAuroc), Share(row.PixelAuroc), Share(row.Aupro))]);
        return table;
    }

    static TextTable Stages(IReadOnlyList<LatencyRow> rows)
    {
        var table = new TextTable("profile", "variant", "threads", "decode", "preprocess", "network", "arithmetic", "scoring", "outside %", "allocated", "memory", "energy");
        foreach (var row in rows)
            table.Add([
                .. Name(row), .. new[] { row.Decode, row.Preprocess, row.Network, row.Arithmetic, row.Scoring }.Select(Number), Number(100 * row.OutsideShare),
                row.AllocatedBytes.ToString("0", CultureInfo.InvariantCulture), row.PeakResidentBytes is { } bytes ? Number(bytes >> 20) : "-",
                row.Energy?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-"]);
        return table;
    }

    static string[] Name(LatencyRow row) => [row.IsDefault ? $"{row.Profile} *" : row.Profile, row.Variant, Number(row.Threads)];

    static string[] If(bool condition, params string[] cells) => condition ? cells : [];

    /// <summary>Evaluations a picture, and the most where pictures differ.</summary>
    public static string Evaluations(double expected) => expected.ToString("0.#", CultureInfo.InvariantCulture);

    public static string Number(double value) => value.ToString(value < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    public static string Share(double? value) => value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "-";

    static string Number(double? value) => value is { } known ? Number(known) : "-";

    static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    static string Number(int? value) => value is { } known ? Number((long)known) : "-";

    static string Number(int value) => Number((long)value);
}
