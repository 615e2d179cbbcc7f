using System.Globalization;
using Edge.Runtime.Diffusion;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Edge.Runtime.Inference;

/// <summary>
/// An ONNX file opened on an execution provider: what it expects, what it carries, and its faults in our own words. Thread-safe once it is open: ONNX Runtime runs a
/// session for several threads at once, each with a binding of its own.
/// </summary>
internal sealed class OnnxSession : IDisposable
{
    /// <summary>Stands in a note where the best device is installed and failed.</summary>
    public const string NotWorking = "does not work here";

    private const string SizeMultipleKey = "edge.size_multiple";

    private int graphs;

    private OnnxSession(string file, InferenceSession session, ExecutionProvider provider, string note, SharedMemory? shared)
    {
        Shared = shared;
        Source = file;
        Session = session;
        Provider = provider;
        ProviderNote = note;
        Metadata = session.ModelMetadata.CustomMetadataMap;
        Outputs = session.OutputNames;
    }

    /// <summary>The file, as the caller named it.</summary>
    public string Source { get; }

    public InferenceSession Session { get; }

    /// <summary>Memory that host and device share; null where ONNX Runtime copies between theirs.</summary>
    public SharedMemory? Shared { get; }

    /// <summary>The number of the next CUDA graph: one for each binding.</summary>
    public int NextGraph() => Interlocked.Increment(ref graphs);

    /// <summary>Held while a session with CUDA graphs runs: it captures and replays for one thread at a time.</summary>
    public Lock Replaying { get; } = new();

    /// <summary>Name of the input that takes the picture.</summary>
    public const string Picture = "x";

    /// <summary>The outputs, in the file's order.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>Whether there is an input t.</summary>
    public bool TakesTime => Session.InputMetadata.ContainsKey("t");

    /// <summary>What really runs the network; never Auto.</summary>
    public ExecutionProvider Provider { get; }

    /// <summary>What was taken and, after Auto, why; for people.</summary>
    public string ProviderNote { get; }

    /// <summary>The file's metadata_props.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and has it used once, as a provider may open and yet not work.</summary>
    /// <param name="file">The ONNX file.</param>
    /// <param name="options">How to run it.</param>
    /// <param name="create">Makes what owns the session, and proves that it runs. Where this throws, the session is closed.</param>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    /// <exception cref="BundleException">The file is missing, not ONNX, or not what <paramref name="create"/> needs.</exception>
    /// <exception cref="DeviceException">ONNX Runtime or the execution provider asked for is missing or does not work.</exception>
    public static T Open<T>(string file, InferenceOptions options, Func<OnnxSession, T> create)
    {
        options.Validate();
        if (!File.Exists(file))
            throw new BundleException($"{file}: the network's file is missing.");
        if (options is { CudaGraph: true, Provider: ExecutionProvider.Auto or ExecutionProvider.Cpu })
            throw new DeviceException("A CUDA graph was asked for: ask for the execution provider cuda or tensorrt as well.");
        var location = OnnxRuntimeLibrary.Location;

        var cuda = File.Exists(Path.Combine(Path.GetDirectoryName(location)!, "libonnxruntime_providers_cuda.so"));
        return Choose(options.Provider, cuda, (provider, note) =>
        {
            var session = Create(file, options, provider, note);
            try
            {
                return create(session);
            }
            catch
            {
                session.Dispose();
                throw;
            }
        });
    }

    /// <summary>Opens on the provider asked for, or with Auto on CUDA where it works else on the CPU, with a note that says why.</summary>
    /// <param name="asked">The provider asked for.</param>
    /// <param name="cudaInstalled">Whether the library of the CUDA provider is installed.</param>
    /// <param name="open">Opens on a provider and proves that it works.</param>
    internal static T Choose<T>(ExecutionProvider asked, bool cudaInstalled, Func<ExecutionProvider, string, T> open)
    {
        if (asked != ExecutionProvider.Auto)
            return open(asked, $"{asked} as asked for");
        if (!cudaInstalled)
            return open(ExecutionProvider.Cpu, "Cpu, because no CUDA provider library is installed");
        try
        {
            return open(ExecutionProvider.Cuda, "Cuda, because its provider library is installed and works");
        }
        catch (DeviceException fault)
        {
            return open(ExecutionProvider.Cpu, $"Cpu, because Cuda {NotWorking}: {fault.Message}");
        }
    }

    /// <summary>An input that must be a float tensor of the given rank.</summary>
    public NodeMetadata Input(string name, int rank) => Check(Session.InputMetadata, "input", name, rank);

    /// <summary>An output that must be a float tensor of the given rank.</summary>
    public NodeMetadata Output(string name, int rank) => Check(Session.OutputMetadata, "output", name, rank);

    /// <summary>The channels of the picture [N, C, H, W].</summary>
    public int Channels()
    {
        var channels = Input(Picture, 4).Dimensions[1];
        return channels is 1 or 3 ? channels : throw Fault($"input {Picture}", $"has {channels} channels where 1 or 3 must be fixed.");
    }

    /// <summary>The number that the height and width of the picture must be multiples of.</summary>
    public int SizeMultiple()
    {
        if (!Metadata.TryGetValue(SizeMultipleKey, out var text))
            throw Fault($"metadata_props {SizeMultipleKey}", "is missing: write the multiple that the network's picture sizes must have, such as 8.");
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var multiple) && multiple > 0
            ? multiple
            : throw Fault($"metadata_props {SizeMultipleKey}", $"is '{text}' where a whole number above 0 must stand.");
    }

    /// <summary>Throws for inputs and outputs beyond those that will be fed and read.</summary>
    public void RequireOnly(params ReadOnlySpan<string> inputs)
    {
        foreach (var name in Session.InputNames)
            if (!inputs.Contains(name))
                throw Fault($"input {name}", $"is unknown; the inputs must be {string.Join(" and ", inputs.ToArray())}.");
    }

    /// <summary>Throws unless x holds one picture of the shape for each t and the shape fits the network.</summary>
    public static void RequireFit(ReadOnlySpan<float> x, ReadOnlySpan<float> t, PictureShape shape, int channels, int multiple)
    {
        if (shape.Channels != channels || shape.Height <= 0 || shape.Width <= 0 || shape.Height % multiple != 0 || shape.Width % multiple != 0)
            throw new ArgumentException($"{shape} does not fit a network of {channels} channels and sizes in multiples of {multiple}.", nameof(shape));
        if (t.IsEmpty || x.Length != t.Length * shape.Length)
            throw new ArgumentException($"x holds {x.Length} values where {t.Length} pictures of {shape.Length} are announced.", nameof(x));
    }

    /// <summary>
    /// Runs one blank picture, so that a provider that opens but does not work, or a graph whose outputs have another shape
    /// than asked for, shows here and not on the line.
    /// </summary>
    public void Prove(PictureShape shape, long[][]? outputs = null)
    {
        try
        {
            using var trial = new OnnxBinding(this, 1, shape, outputs, replayed: false);
            trial.Run();
        }
        catch (DeviceException fault) when (Provider == ExecutionProvider.Cpu)
        {
            throw new BundleException(fault.Message, fault);
        }
    }

    public BundleException Fault(string field, string what) => new($"{Source}: {field} {what}");

    public void Dispose()
    {
        Shared?.Dispose();
        Session.Dispose();
    }

    private NodeMetadata Check(IReadOnlyDictionary<string, NodeMetadata> nodes, string kind, string name, int rank)
    {
        if (!nodes.TryGetValue(name, out var node))
            throw Fault($"{kind} {name}", $"is missing; the file has {string.Join(", ", nodes.Keys)}.");
        if (!node.IsTensor || node.ElementDataType != TensorElementType.Float)
            throw Fault($"{kind} {name}", "is not a tensor of 32-bit floats.");
        if (node.Dimensions.Length != rank)
            throw Fault($"{kind} {name}", $"has {node.Dimensions.Length} dimensions, not {rank}.");
        return node;
    }

    private static OnnxSession Create(string file, InferenceOptions options, ExecutionProvider provider, string note)
    {
        using var settings = new SessionOptions
        {
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            // ONNX Runtime's own default counts the host's cores, not those a container may use, and ties its threads to them.
            IntraOpNumThreads = options.IntraOpThreads > 0 ? options.IntraOpThreads : Environment.ProcessorCount,
            // One block for all of a run's tensors is no faster and takes 5 to 20 MB more (docs/sessions.md).
            EnableMemoryPattern = false,
        };
        foreach (var (name, value) in ProviderSettings.Session(options))
            settings.AddSessionConfigEntry(name, value);
        if (options.TracePrefix is { } prefix)
            (settings.ProfileOutputPathPrefix, settings.EnableProfiling) = (prefix, true);
        if (provider != ExecutionProvider.Cpu)
            AppendGpu(settings, options, provider);
        try
        {
            // A kept graph holds the processor's own layout.
            var kept = provider == ExecutionProvider.Cpu && options is { CacheFolder: { } folder, NetworkHash: { } hash }
                ? GraphCache.Open(file, GraphCache.PathOf(folder, hash), settings)
                : null;
            var session = kept ?? new InferenceSession(file, settings);
            try
            {
                return new OnnxSession(file, session, provider, note, options.CudaGraph || options.ShareMemory ? new SharedMemory(session, provider, options.DeviceId) : null);
            }
            catch
            {
                session.Dispose();
                throw;
            }
        }
        catch (OnnxRuntimeException fault) when (provider == ExecutionProvider.Cpu || IsFileFault(fault))
        {
            throw new BundleException($"{file}: ONNX Runtime cannot read this as a network: {OneLine(fault)}", fault);
        }
        catch (OnnxRuntimeException fault)
        {
            throw new DeviceException($"{file} cannot run on {provider}: {OneLine(fault)}", fault);
        }
    }

    private static void AppendGpu(SessionOptions settings, InferenceOptions options, ExecutionProvider provider)
    {
        try
        {
            if (provider == ExecutionProvider.TensorRt)
            {
                using var tensorRt = new OrtTensorRTProviderOptions();
                if (options.CacheFolder is { } folder)
                    Directory.CreateDirectory(folder);
                tensorRt.UpdateOptions(ProviderSettings.TensorRt(options));
                settings.AppendExecutionProvider_Tensorrt(tensorRt);
            }

            using var cuda = new OrtCUDAProviderOptions();
            cuda.UpdateOptions(ProviderSettings.Cuda(options));
            settings.AppendExecutionProvider_CUDA(cuda);
        }
        catch (Exception fault) when (fault is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException)
        {
            var name = provider.ToString().ToLowerInvariant();
            throw new DeviceException($"The execution provider {name} was asked for and does not work: it needs libonnxruntime_providers_{name}.so "
                + $"beside {OnnxRuntimeLibrary.Location} and NVIDIA's driver and libraries; ask for cpu otherwise. ONNX Runtime says: {(fault is OnnxRuntimeException own ? OneLine(own) : fault.Message.ReplaceLineEndings(" "))}", fault);
        }
    }

    private static bool IsFileFault(OnnxRuntimeException fault) =>
        fault.Message.StartsWith("[ErrorCode:InvalidProtobuf]") || fault.Message.StartsWith("[ErrorCode:InvalidGraph]");

    /// <summary>ONNX Runtime's message without the places in its own sources that it begins with.</summary>
    public static string OneLine(OnnxRuntimeException fault) => fault.Message[(fault.Message.LastIndexOf(" : FAIL : ") is var at and >= 0 ? at + 10 : 0)..].ReplaceLineEndings(" ").Trim();
}
