using System.Diagnostics;
using System.Globalization;
using Edge.CommandLine;
using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inference;
using Edge.Runtime.Inspection;
using Spectre.Console;

namespace Edge.Bench.Sessions;

/// <summary>The command <c>gpu-check</c>.</summary>
internal sealed class GpuCheck(TextWriter output)
{
    const int Side = 256;
    const int WarmUps = 3;
    const int Replays = 6;

    /// <summary>Largest difference of a predicted value between a picture in a batch and alone: 32-bit sums in another order; half precision has ten bits.</summary>
    const float BatchTolerance = 1e-5f, HalfBatchTolerance = 5e-3f;

    /// <summary>Largest relative difference of a score in half precision; otherwise the bundle's golden tolerance counts.</summary>
    const double HalfScoreTolerance = 0.05;

    /// <summary>Proves that a bundle runs on a device as it does on the CPU. On a machine without the device it ends with what is missing.</summary>
    /// <param name="folder">The bundle.</param>
    /// <param name="options">The device, half precision and whether CUDA graphs are replayed.</param>
    /// <param name="n">Pictures timed.</param>
    /// <param name="json">JSON lines instead of a table.</param>
    /// <exception cref="DeviceException">The device is not there, or something does not hold.</exception>
    public void Run(string folder, InferenceOptions options, int n, bool json)
    {
        var bundle = Bundle.Load(folder);
        var provider = options.Provider;
        List<GpuCheckRow> rows = [];
        // Opening is the first proof: a provider that was asked for is taken or refused.
        using (var model = Model.Open(bundle, new ModelOptions { Inference = options }))
        {
            using var inspector = model.CreateInspector();
            rows.Add(new GpuCheckRow("provider", inspector.Model.Provider == provider, $"{inspector.Model.Provider} is active, {provider} was asked for"));
            rows.Add(Placement(bundle, Copying(options)));
            rows.Add(Batch(bundle, options));
            if (options.CudaGraph || options.ShareMemory)
                rows.Add(Replay(bundle, options));
            using var cpuModel = Model.Open(bundle, new ModelOptions { Inference = new InferenceOptions { Provider = ExecutionProvider.Cpu } });
            using var cpu = cpuModel.CreateInspector();
            rows.Add(Scores(bundle, inspector, cpu, options.HalfPrecision));
            rows.Add(Latency(bundle, inspector, cpu, n));
        }
        if (json)
            rows.ForEach(row => JsonLines.Write(output, row));
        else
            Print(rows);
        string[] failed = [.. rows.Where(row => row.Passed == false).Select(row => row.Check)];
        if (failed.Length > 0)
            throw new DeviceException($"{folder} does not run on {provider} as it must: {string.Join(", ", failed)}.");
    }

    static GpuCheckRow Placement(Bundle bundle, InferenceOptions options)
    {
        var work = Directory.CreateTempSubdirectory("edge-trace-");
        try
        {
            var shape = ShapeFor(bundle);
            using (var network = OnnxDenoiser.Open(bundle.EpsPath, options with { TracePrefix = Path.Combine(work.FullName, "eps") }))
                network.Predict(Picture(shape, 1), [10f], shape, new float[shape.Length]);
            var nodes = work.GetFiles().SelectMany(file => NodePlacement.Read(file.FullName)).ToList();
            // What TensorRT does not take runs on CUDA: the same memory, so no copy.
            string[] allowed = options.Provider switch
            {
                ExecutionProvider.Cuda => ["CUDAExecutionProvider"],
                ExecutionProvider.TensorRt => ["TensorrtExecutionProvider", "CUDAExecutionProvider"],
                _ => ["CPUExecutionProvider"],
            };
            List<NodePlacement> stray = [.. nodes.Where(node => node.IsStray(allowed))];
            var all = string.Join(", ", nodes.GroupBy(node => node.Provider).Select(group => $"{group.Sum(node => node.Nodes)} nodes on {group.Key}"));
            return new GpuCheckRow("placement", nodes.Count > 0 && stray.Count == 0,
                nodes.Count == 0 ? "the trace names no node" : stray.Count == 0 ? all : $"{all}; not where they belong: {string.Join(", ", stray)}");
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    static GpuCheckRow Batch(Bundle bundle, InferenceOptions options)
    {
        float[] times = [5, 50, 150];
        var shape = ShapeFor(bundle);
        var pictures = Picture(shape, times.Length);
        var (together, alone) = (new float[pictures.Length], new float[pictures.Length]);
        using (var network = OnnxDenoiser.Open(bundle.EpsPath, options))
        {
            network.Predict(pictures, times, shape, together);
            for (var i = 0; i < times.Length; i++)
                network.Predict(pictures.AsSpan(i * shape.Length, shape.Length), times.AsSpan(i, 1), shape, alone.AsSpan(i * shape.Length, shape.Length));
        }
        var difference = Difference(together, alone);
        var tolerance = Tolerance(options);
        return new GpuCheckRow("batch", difference <= tolerance, Text($"{times.Length} noise levels at once and one by one differ by {difference:0.0e+0} at most, {tolerance:0.0e+0} allowed"));
    }

    /// <summary>A graph that read its input elsewhere than it is written would give an older picture's answer: pictures take turns, each against a network without.</summary>
    static GpuCheckRow Replay(Bundle bundle, InferenceOptions options)
    {
        var shape = ShapeFor(bundle);
        var (pictures, worst) = (Picture(shape, Replays), 0f);
        float[] replayed = new float[shape.Length], plain = new float[shape.Length];
        using var graph = OnnxDenoiser.Open(bundle.EpsPath, options);
        using var network = OnnxDenoiser.Open(bundle.EpsPath, Copying(options));
        for (var i = 0; i < Replays; i++)
        {
            var picture = pictures.AsSpan(i * shape.Length, shape.Length);
            graph.Predict(picture, [5 + 20 * i], shape, replayed);
            network.Predict(picture, [5 + 20 * i], shape, plain);
            worst = Math.Max(worst, Difference(replayed, plain));
        }
        var tolerance = Tolerance(options);
        return new GpuCheckRow("replay", worst <= tolerance, Text($"{Replays} pictures in turn differ by {worst:0.0e+0} at most from a network that copies its inputs, {tolerance:0.0e+0} allowed"));
    }

    static GpuCheckRow Scores(Bundle bundle, Inspector device, Inspector cpu, bool half)
    {
        var worst = 0.0;
        foreach (var path in bundle.GoldenSamplePaths)
        {
            var (here, expected) = (device.Inspect(path).Score, cpu.Inspect(path).Score);
            var difference = Math.Abs(here - expected) / Math.Max(Math.Abs(expected), double.Epsilon);
            worst = double.IsNaN(difference) ? double.PositiveInfinity : Math.Max(worst, difference);
        }
        var tolerance = half ? HalfScoreTolerance : bundle.Manifest.GoldenTolerance;
        return new GpuCheckRow("scores", bundle.GoldenSamplePaths.Count > 0 && worst <= tolerance,
            Text($"{bundle.GoldenSamplePaths.Count} golden samples, {device.Model.Key}: {100 * worst:0.0000} % off the CPU's at most, {100 * tolerance:0.##} % allowed"));
    }

    static GpuCheckRow Latency(Bundle bundle, Inspector device, Inspector cpu, int n)
    {
        if (bundle.GoldenSamplePaths.Count == 0)
            return new GpuCheckRow("latency", null, "no golden sample to time");
        using var picture = PictureFile.Read(bundle.GoldenSamplePaths[0]);
        return new GpuCheckRow("latency", null, Text($"p50 {Median(device):0.0} ms, on the CPU {Median(cpu):0.0} ms"));

        double Median(Inspector inspector)
        {
            for (var i = 0; i < WarmUps; i++)
                inspector.Inspect(picture.AsFrame());
            return Enumerable.Range(0, n).Select(_ => inspector.Inspect(picture.AsFrame()).Milliseconds).Order().ElementAt(n / 2);
        }
    }

    /// <summary>The same without a graph: ONNX Runtime copies what goes in and out.</summary>
    static InferenceOptions Copying(InferenceOptions options) => options with { CudaGraph = false, ShareMemory = false };

    static float Tolerance(InferenceOptions options) => options.HalfPrecision ? HalfBatchTolerance : BatchTolerance;

    static float Difference(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();

    /// <summary>256 pixels a side, or the next smaller size the network takes.</summary>
    static PictureShape ShapeFor(Bundle bundle)
    {
        var (channels, multiple) = (bundle.Manifest.Network.Channels, bundle.Manifest.Network.SizeMultiple);
        var side = Math.Max(multiple, Side / multiple * multiple);
        return new PictureShape(channels, side, side);
    }

    static float[] Picture(PictureShape shape, int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count * shape.Length).Select(_ => 2 * random.NextSingle() - 1)];
    }

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    void Print(List<GpuCheckRow> rows)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("check").AddColumn("").AddColumn("finding");
        foreach (var row in rows)
            table.AddRow(Markup.Escape(row.Check), row.Passed switch { true => "[green]ok[/]", false => "[red]fails[/]", null => "" }, Markup.Escape(row.Finding));
        Terminal.For(output).Write(table);
    }
}
