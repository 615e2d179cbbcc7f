using System.Globalization;

namespace Edge.Runtime.Inference;

/// <summary>What ONNX Runtime is told, as names and values: nothing here needs the device it is for.</summary>
internal static class ProviderSettings
{
    /// <summary>Entries of the session.</summary>
    public static Dictionary<string, string> Session(InferenceOptions options) => new()
    {
        ["session.intra_op.allow_spinning"] = options.AllowSpinning ? "1" : "0",
        [QuantPrecision.Name] = QuantPrecision.Value,
        ["session.disable_prepacking"] = options.TraceShapes ? "1" : "0",
        // ONNX Runtime would run on the CPU what the GPU does not take, and say nothing. A GPU that was asked for is taken or refused.
        ["session.disable_cpu_ep_fallback"] = options.Provider is ExecutionProvider.Cuda or ExecutionProvider.TensorRt ? "1" : "0",
    };

    /// <summary>
    /// Without VNNI the kernels for weights of s8 add pairs of products in 16 bits, which overflow: this picks others that do not. With VNNI both
    /// are exact, and the others take two to three times as long; ONNX Runtime does not look. Part of what an optimised graph depends on.
    /// </summary>
    public static (string Name, string Value) QuantPrecision { get; } = ("session.x64quantprecision", QuantPrecisionFor(Machine.CpuFlags));

    internal static string QuantPrecisionFor(IReadOnlyCollection<string> cpuFlags) => cpuFlags.Contains("avx512_vnni") || cpuFlags.Contains("avx_vnni") ? "0" : "1";

    /// <summary>CUDA.</summary>
    public static Dictionary<string, string> Cuda(InferenceOptions options) => new()
    {
        ["device_id"] = Number(options.DeviceId),
        // A score must not depend on which convolution won a race at start, nor on TF32's ten-bit mantissas.
        ["cudnn_conv_algo_search"] = "HEURISTIC",
        ["use_tf32"] = "0",
        ["enable_cuda_graph"] = options.CudaGraph ? "1" : "0",
    };

    /// <summary>TensorRT. Engines fit one GPU and one TensorRT; it checks both itself and builds anew what does not fit.</summary>
    public static Dictionary<string, string> TensorRt(InferenceOptions options)
    {
        Dictionary<string, string> settings = new() { ["device_id"] = Number(options.DeviceId), ["trt_fp16_enable"] = options.HalfPrecision ? "1" : "0", ["trt_cuda_graph_enable"] = options.CudaGraph ? "1" : "0" };
        if (options.CacheFolder is { } folder)
        {
            settings["trt_engine_cache_enable"] = settings["trt_timing_cache_enable"] = "1";
            settings["trt_engine_cache_path"] = settings["trt_timing_cache_path"] = folder;
        }
        return settings;
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
