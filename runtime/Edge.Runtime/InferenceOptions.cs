using Edge.Runtime.Inference;
namespace Edge.Runtime;

/// <summary>How a network is run.</summary>
public sealed record InferenceOptions
{
    /// <summary>What runs it. Anything but <see cref="ExecutionProvider.Auto"/> is taken or refused, never replaced.</summary>
    public ExecutionProvider Provider { get; init; } = ExecutionProvider.Auto;

    /// <summary>Threads that share one network evaluation on the CPU; 0 takes every processor this process may use.</summary>
    public int IntraOpThreads { get; init; }

    /// <summary>
    /// Whether idle threads wait actively. Off by default: a line PC also runs cameras and outputs, and spinning threads beside a busy
    /// process make one evaluation about twice as slow. Try it on a machine that does nothing else.
    /// </summary>
    public bool AllowSpinning { get; init; }

    /// <summary>Which GPU, counted from 0.</summary>
    public int DeviceId { get; init; }

    /// <summary>A folder, made where it is missing, for what takes long to prepare: TensorRT's engines and timings, and on the CPU the graphs of
    /// bundles as optimised for this processor; null keeps none.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Beginning of the names of files into which ONNX Runtime writes how long every node took, a file a network, when the network is
    /// closed; null for none. It slows a network down, so it is for measurements only.</summary>
    internal string? TracePrefix { get; init; }

    /// <summary>Leaves weights as the file has them, so that a trace shows their shapes; those packed for a kernel are missing in it. Slower still.</summary>
    internal bool TraceShapes { get; init; }

    /// <summary>TensorRT only: compute in 16-bit floats where it is faster. Scores move in the third digit.</summary>
    public bool HalfPrecision { get; init; }

    /// <summary>
    /// CUDA and TensorRT only: buffers that the GPU reads and writes where they lie, and the work of a picture's shape captured once as a CUDA graph and
    /// replayed. Every shape captures a graph of its own that lasts as long as the network: for lines whose pictures have one size.
    /// </summary>
    public bool CudaGraph { get; init; }

    /// <summary>The buffers of <see cref="CudaGraph"/> without its graph, on any provider; for tests.</summary>
    internal bool ShareMemory { get; init; }

    /// <summary>SHA-256 of the network's file and of its weights, known to be right; its graph is kept under it. Null keeps none.</summary>
    internal string? NetworkHash { get; init; }

    /// <summary>Checks every option against its range.</summary>
    /// <exception cref="ArgumentException">An option is outside its range; the message names it.</exception>
    internal void Validate()
    {
        if (!Enum.IsDefined(Provider))
            throw new ArgumentException($"Provider {(int)Provider} is none of {string.Join(", ", Enum.GetNames<ExecutionProvider>())}.");
        if (IntraOpThreads < 0)
            throw new ArgumentException($"IntraOpThreads is {IntraOpThreads}; it is 0 for all processors, or the number of threads.");
        if (DeviceId < 0)
            throw new ArgumentException($"DeviceId is {DeviceId}; GPUs are counted from 0.");
    }

    /// <summary>Reads a provider's name as configuration files and command lines write it: auto, cpu, cuda or tensorrt.</summary>
    /// <exception cref="DeviceException">The name is none of these.</exception>
    public static ExecutionProvider ParseProvider(string name) => name.ToLowerInvariant() switch
    {
        "auto" => ExecutionProvider.Auto,
        "cpu" => ExecutionProvider.Cpu,
        "cuda" => ExecutionProvider.Cuda,
        "tensorrt" => ExecutionProvider.TensorRt,
        _ => throw new DeviceException($"Unknown execution provider '{name}': use auto, cpu, cuda or tensorrt."),
    };
}
