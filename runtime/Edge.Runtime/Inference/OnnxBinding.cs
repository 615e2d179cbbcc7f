using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Edge.Runtime.Diffusion;
using Microsoft.ML.OnnxRuntime;

namespace Edge.Runtime.Inference;

/// <summary>
/// The fixed buffers of one session for one batch shape, bound once. <see cref="Run"/> then allocates nothing on the CPU, whereas
/// every InferenceSession.Run overload builds arrays of names and handles at each call.
/// </summary>
internal sealed class OnnxBinding : IDisposable
{
    // The widest vector: a buffer's alignment may steer how a kernel splits its sums, and so a score's last bit.
    private const int Alignment = 64;

    /// <summary>Which CUDA graph a run captures or replays; -1 for none.</summary>
    private const string GraphKey = "gpu_graph_id";

    private readonly OnnxSession owner;
    private readonly OrtIoBinding binding;
    private readonly RunOptions runOptions = new();
    private readonly List<IDisposable> values = [];
    private readonly (OrtValue Value, Memory<float> Data) x;
    private readonly (OrtValue Value, Memory<float> Data)? t;

    /// <param name="owner">A session with a picture [N, C, H, W] and, unless it is a feature network without time, t[N] as input.</param>
    /// <param name="batch">Pictures a run takes.</param>
    /// <param name="shape">Shape of one picture.</param>
    /// <param name="outputs">Dimensions of the outputs where they are known; otherwise a first run finds them out.</param>
    /// <param name="replayed">Whether its runs, where memory is shared, are captured as a CUDA graph and replayed.</param>
    public OnnxBinding(OnnxSession owner, int batch, PictureShape shape, long[][]? outputs = null, bool replayed = true)
    {
        this.owner = owner;
        if (owner.Shared is not null)
            runOptions.AddRunConfigEntry(GraphKey, "-1");
        Batch = batch;
        Shape = shape;
        binding = owner.Session.CreateIoBinding();
        try
        {
            x = Allocate([batch, shape.Channels, shape.Height, shape.Width]);
            binding.BindInput(OnnxSession.Picture, x.Value);
            if (owner.TakesTime)
            {
                t = Allocate([batch]);
                binding.BindInput("t", t.Value.Value);
            }
            Outputs = outputs is null ? FindOutputs() : [.. owner.Outputs.Select((name, i) => Bind(name, outputs[i]))];
            // A graph holds the addresses of these buffers, so it is of this binding alone.
            if (owner.Shared is not null && replayed)
                runOptions.AddRunConfigEntry(GraphKey, $"{owner.NextGraph()}");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int Batch { get; }

    public PictureShape Shape { get; }

    /// <summary>[N, C, H, W] input.</summary>
    public Span<float> X => x.Data.Span;

    /// <summary>[N] input; empty where the network takes no time.</summary>
    public Span<float> T => t is { } time ? time.Data.Span : default;

    /// <summary>The outputs in the file's order: name, dimensions and values of the latest run.</summary>
    public IReadOnlyList<(string Name, long[] Dimensions, Memory<float> Data)> Outputs { get; }

    /// <summary>Evaluates the network.</summary>
    /// <returns>Time in ONNX Runtime, in ticks of <see cref="Stopwatch"/>.</returns>
    /// <exception cref="DeviceException">The evaluation failed, such as for want of memory.</exception>
    public long Run()
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            if (owner.Shared is not null)
            {
                lock (owner.Replaying)
                {
                    owner.Session.RunWithBinding(runOptions, binding);
                    binding.SynchronizeBoundOutputs();
                }
            }
            else
            {
                if (owner.Provider != ExecutionProvider.Cpu)
                    CopyInputsToDevice();
                owner.Session.RunWithBinding(runOptions, binding);
            }
        }
        catch (OnnxRuntimeException fault)
        {
            throw Failed(fault);
        }
        return Stopwatch.GetTimestamp() - start;
    }

    public void Dispose()
    {
        binding.Dispose();
        runOptions.Dispose();
        foreach (var value in values)
            value.Dispose();
    }

    /// <summary>A GPU's input is copied when it is bound, so new contents must be bound anew; on the CPU the buffer itself is bound.</summary>
    private void CopyInputsToDevice()
    {
        binding.BindInput(OnnxSession.Picture, x.Value);
        if (t is { } time)
            binding.BindInput("t", time.Value);
        binding.SynchronizeBoundInputs();
    }

    /// <summary>Outputs of free size show it in a first run, whose results ONNX Runtime allocates; from then on they go to our buffers.</summary>
    private (string, long[], Memory<float>)[] FindOutputs()
    {
        var names = owner.Outputs;
        foreach (var name in names)
            binding.BindOutputToDevice(name, OrtMemoryInfo.DefaultInstance);
        try
        {
            using var first = owner.Session.RunWithBoundResults(runOptions, binding);
            binding.ClearBoundOutputs();
            return [.. names.Select((name, i) => Bind(name, first[i].GetTensorTypeAndShape().Shape))];
        }
        catch (OnnxRuntimeException fault)
        {
            throw Failed(fault);
        }
    }

    private (string, long[], Memory<float>) Bind(string name, long[] dimensions)
    {
        var (value, data) = Allocate(dimensions);
        binding.BindOutput(name, value);
        return (name, dimensions, data);
    }

    private DeviceException Failed(OnnxRuntimeException fault) =>
        new($"{owner.Source}: inference of [{Batch}, {Shape.Channels}, {Shape.Height}, {Shape.Width}] on {owner.Provider} failed: {OnnxSession.OneLine(fault)}", fault);

    private unsafe (OrtValue Value, Memory<float> Data) Allocate(long[] dimensions)
    {
        if (owner.Shared is { } memory)
        {
            var (bound, host) = memory.Allocate(dimensions);
            values.AddRange([bound, host]);
            return (bound, host.Memory);
        }
        var length = checked((int)dimensions.Aggregate(1L, (product, size) => product * size));
        var store = GC.AllocateArray<float>(length + Alignment / sizeof(float), pinned: true);
        var address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(store));
        var skip = (int)((nuint)(-(nint)address) % Alignment) / sizeof(float);
        var data = store.AsMemory(skip, length);
        var value = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, data, dimensions);
        values.Add(value);
        return (value, data);
    }
}
