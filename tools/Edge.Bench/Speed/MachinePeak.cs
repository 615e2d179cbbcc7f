using System.Diagnostics;
using Edge.CommandLine;
using Edge.Onnx;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace Edge.Bench.Speed;

/// <summary>The most this machine was seen to do through ONNX Runtime, in thousand million operations (multiplications and additions) or bytes a second.</summary>
/// <param name="Float">32-bit floats: the better of a convolution and a matrix product.</param>
/// <param name="Int8">8-bit integers, likewise.</param>
/// <param name="Bytes">Bytes read and written while a large block of memory is copied.</param>
internal sealed record MachinePeak(double Float, double Int8, double Bytes)
{
    const int Block = 64 << 20;

    /// <summary>Measures it.</summary>
    /// <param name="threads">Threads of one evaluation.</param>
    /// <param name="seconds">For each of the five measurements.</param>
    public static MachinePeak Measure(int threads, double seconds)
    {
        const int Channels = 128, Side = 64, Rank = 1024;
        double conv = 2.0 * Channels * Channels * 9 * Side * Side, product = 2.0 * Rank * Rank * Rank;
        object[] picture = [1, Channels, Side, Side], square = [Rank, Rank];
        long[] kernel = [Channels, Channels, 3, 3];
        (string, object) pads = ("pads", (int[])[1, 1, 1, 1]);

        var floatConv = new OnnxGraph("peak");
        floatConv.Output("y", floatConv.Node("Conv",
            [floatConv.Input("x", picture), floatConv.Constant<float>("w", Fill(Channels * Channels * 9, 0.01f), kernel)], pads), picture);
        var floatProduct = new OnnxGraph("peak");
        floatProduct.Output("y", floatProduct.Node("MatMul",
            [floatProduct.Input("x", square), floatProduct.Constant<float>("w", Fill(Rank * Rank, 0.01f), Rank, Rank)]), square);

        var int8Conv = new OnnxGraph("peak");
        var (scale, zero) = (int8Conv.Constant<float>("scale", [0.01f]), int8Conv.Constant<byte>("zero", [128]));
        int8Conv.Output<byte>("y", int8Conv.Node("QLinearConv",
        [
            int8Conv.Input<byte>("x", picture), scale, zero, int8Conv.Constant<sbyte>("w", Fill<sbyte>(Channels * Channels * 9, 3), kernel),
            int8Conv.Constant<float>("w_scale", Fill(Channels, 0.01f), Channels), int8Conv.Constant<sbyte>("w_zero", new sbyte[Channels], Channels),
            scale, zero,
        ], pads), picture);
        var int8Product = new OnnxGraph("peak");
        int8Product.Output<int>("y", int8Product.Node("MatMulInteger",
            [int8Product.Input<byte>("x", square), int8Product.Constant<sbyte>("w", Fill<sbyte>(Rank * Rank, 3), Rank, Rank)]), square);

        return new MachinePeak(
            Math.Max(Rate<float>(floatConv, picture, conv, threads, seconds), Rate<float>(floatProduct, square, product, threads, seconds)),
            Math.Max(Rate<byte>(int8Conv, picture, conv, threads, seconds), Rate<byte>(int8Product, square, product, threads, seconds)),
            CopyRate(threads, seconds));
    }

    static T[] Fill<T>(int length, T value)
    {
        var values = new T[length];
        Array.Fill(values, value);
        return values;
    }

    static double Rate<T>(OnnxGraph graph, object[] dimensions, double operations, int threads, double seconds) where T : unmanaged
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        // The most there is: threads that wait actively begin soonest.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "1");
        using var session = new InferenceSession(graph.ToModel("edge-bench", CommandHost.Version).ToByteArray(), options);
        using var run = new RunOptions();
        long[] shape = [.. dimensions.Select(Convert.ToInt64)];
        using var x = OrtValue.CreateTensorValueFromMemory(new T[shape.Aggregate(1L, (a, b) => a * b)], shape);
        return operations / Best(seconds, () => session.Run(run, ["x"], [x], ["y"]).Dispose()) * 1e-9;
    }

    static double CopyRate(int threads, double seconds)
    {
        var (from, to) = (GC.AllocateUninitializedArray<byte>(Block), GC.AllocateUninitializedArray<byte>(Block));
        from.AsSpan().Fill(1);
        var part = Block / threads;
        return 2.0 * part * threads / Best(seconds, () => Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads },
            i => from.AsSpan(i * part, part).CopyTo(to.AsSpan(i * part, part)))) * 1e-9;
    }

    /// <summary>Seconds of the quickest of several times, after a first that does not count.</summary>
    static double Best(double seconds, Action step)
    {
        step();
        var (begun, best) = (Stopwatch.GetTimestamp(), double.MaxValue);
        do
        {
            var start = Stopwatch.GetTimestamp();
            step();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        while (Stopwatch.GetElapsedTime(begun).TotalSeconds < seconds);
        return best;
    }
}
