using System.Globalization;
using Edge.CommandLine;
using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Inference;

namespace Edge.Bench.Speed;

/// <summary>The command <c>roofline</c>.</summary>
internal sealed class RooflineBench(Func<string, SubjectOptions, ISubject> open, TextWriter output, TextWriter error)
{
    const int WarmUps = 3;

    /// <summary>Sets what each operator type of a profile's networks achieves against what the machine can do.</summary>
    /// <param name="bundle">The bundle's folder.</param>
    /// <param name="profile">The profile and its precision; null = the bundle's own.</param>
    /// <param name="threads">Threads of one evaluation; 0 = the processors.</param>
    /// <param name="n">Pictures traced.</param>
    /// <param name="peakSeconds">Time for each measurement of the machine.</param>
    /// <param name="format">How it is printed.</param>
    public void Run(string bundle, ProfileKey? profile, int threads, int n, double peakSeconds, OutputFormat format)
    {
        var used = threads > 0 ? threads : Environment.ProcessorCount;
        var folder = Directory.CreateTempSubdirectory("edge-trace-");
        try
        {
            // Once to learn the shapes of the weights, which a trace of a network as it runs leaves out, and once for the times.
            var shapes = new Dictionary<string, long[]>();
            var (id, name, variant, provider) = Trace("shapes", pictures: 1);
            foreach (var file in folder.GetFiles("shapes*"))
                using (var trace = file.OpenRead())
                    foreach (var (node, shape) in NodeTrace.Weights(trace))
                        shapes[node] = shape;
            Trace("times", WarmUps + n);
            List<NodeTime> nodes = [];
            foreach (var file in folder.GetFiles("times*"))
                using (var trace = file.OpenRead())
                    nodes.AddRange(NodeTrace.Read(trace, WarmUps + n, n, shapes));
            if (nodes.Count == 0)
                throw new BundleException($"{bundle}: ONNX Runtime wrote no trace of profile {name}.");
            var peak = MachinePeak.Measure(used, peakSeconds);

            var total = nodes.Sum(node => node.Milliseconds);
            List<RooflineRow> rows = [];
            foreach (var group in nodes.GroupBy(node => node.Operator).OrderByDescending(group => group.Sum(node => node.Milliseconds)))
                rows.Add(Row(group.Key, [.. group]));
            rows.Add(Row("total", nodes));
            if (format == OutputFormat.Json)
                rows.ForEach(row => JsonLines.Write(output, row));
            else
                Print(rows, n, format == OutputFormat.Markdown);

            (string Id, string Name, string Variant, string Provider) Trace(string prefix, int pictures)
            {
                using var subject = open(bundle, new SubjectOptions(profile, Threads: threads, TracePrefix: Path.Combine(folder.FullName, prefix), TraceShapes: prefix == "shapes"));
                if (subject.GoldenSamplePaths.Count == 0)
                    throw new BundleException($"{bundle}: the bundle has no golden samples, and the roofline is measured on them; add some to bundle.yaml.");
                var name = (profile ?? subject.DefaultProfile).ToString();
                using var samples = new SamplePictures(subject.GoldenSamplePaths);
                Progress.Run(error, $"{name}, {prefix}", pictures, i => subject.Inspect(samples[i]));
                return (subject.Bundle, name, subject.Variant, subject.Provider);
            }

            RooflineRow Row(string type, List<NodeTime> group)
            {
                double time = group.Sum(node => node.Milliseconds) / n, operations = group.Sum(node => node.Operations) / n * 1e-9, bytes = group.Sum(node => node.Bytes) / n * 1e-9;
                // Milliseconds at the peaks; for the whole network those of its parts, one after the other.
                double compute = 0, memory = 0, roof = 0;
                foreach (var node in group)
                {
                    var (c, m) = (node.Operations * 1e-6 / n / (node.IsInt8 ? peak.Int8 : peak.Float), node.Bytes * 1e-6 / n / peak.Bytes);
                    (compute, memory, roof) = (compute + c, memory + m, roof + Math.Max(c, m));
                }
                return new RooflineRow
                {
                    Bundle = id, Profile = name, Variant = variant, Threads = used, Operator = type, Nodes = (double)group.Sum(node => node.Count) / n,
                    Milliseconds = time, Share = time * n / total, Operations = operations, OperationsPerSecond = Rate(operations, time), BytesPerSecond = Rate(bytes, time),
                    RoofShare = time > 0 ? roof / time : 0, Bound = compute >= memory ? "compute" : "memory",
                    PeakFloat = peak.Float, PeakInt8 = peak.Int8, PeakBytes = peak.Bytes,
                    Provider = provider, OnnxRuntime = OnnxRuntimeLibrary.Version.ToString(), Cpu = Machine.CpuModel,
                };
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static double Rate(double amount, double milliseconds) => milliseconds > 0 ? 1000 * amount / milliseconds : 0;

    void Print(List<RooflineRow> rows, int n, bool markdown)
    {
        var first = rows[0];
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{first.Bundle}, profile {first.Profile}, {first.Variant}, on {first.Cpu}, threads: {first.Threads}; ONNX Runtime {first.OnnxRuntime}, {first.Provider}; mean of {n} pictures"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Measured peaks: {first.PeakFloat:0} GFLOP/s in 32-bit floats, {first.PeakInt8:0} GOP/s in 8-bit integers, {first.PeakBytes:0.0} GB/s of memory"));
        var table = new TextTable("operator", "nodes", "ms", "share %", "GFLOP", "GFLOP/s", "GB/s", "bound", "% of roof");
        foreach (var row in rows)
            table.Add(row.Operator, row.Nodes.ToString("0.#", CultureInfo.InvariantCulture), row.Milliseconds.ToString("0.000", CultureInfo.InvariantCulture), LatencyTables.Number(100 * row.Share),
                row.Operations.ToString("0.000", CultureInfo.InvariantCulture), LatencyTables.Number(row.OperationsPerSecond), LatencyTables.Number(row.BytesPerSecond), row.Bound,
                (100 * row.RoofShare).ToString("0", CultureInfo.InvariantCulture));
        table.Write(output, markdown);
        output.WriteLine("A picture's nodes, without ONNX Runtime's own time between them; tracing slows small nodes down. GFLOP: multiplications and additions, for 8-bit integers GOP.");
        output.WriteLine("% of roof: the time that the measured peaks of arithmetic and memory allow, over the time taken; above 100 where caches serve what memory could not.");
    }
}
