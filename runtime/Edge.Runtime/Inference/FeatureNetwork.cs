using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Inference;

/// <summary>
/// A network that describes pictures by layers of activations, for comparing a picture with its reconstruction: the denoiser's own layers
/// in a file of their own, or any backbone. Inputs x[N, C, H, W] and, where it knows time, t[N]; each output [N, Ck, Hk, Wk]; 32-bit floats.
/// A backbone has one input of any name, is given values as it learnt them, and computes the layers asked for alone.
/// A run allocates nothing for the last four batch shapes (on a GPU: a few names per call). One instance serves one thread at a time.
/// </summary>
public sealed class FeatureNetwork : IDisposable
{
    /// <summary>What a backbone's sizes are multiples of where its file does not say: the stride of common ones.</summary>
    private const int BackboneSizeMultiple = 32;

    private readonly OnnxSession session;
    private readonly (float Factor, float Offset)[]? normalisation;
    private readonly RecentlyUsed<Bound> bindings;
    private readonly UseGuard guard = new(nameof(FeatureNetwork));

    private FeatureNetwork(OnnxSession session)
    {
        this.session = session;
        bindings = new RecentlyUsed<Bound>(Bind);
        Channels = session.Channels();
        if (session.Session.InputMetadata.ContainsKey("t"))
            session.Input("t", 1);
        session.RequireOnly("x", "t");
        foreach (var name in session.Session.OutputNames)
            session.Output(name, 4);
        SizeMultiple = session.SizeMultiple();
        session.Prove(new PictureShape(Channels, SizeMultiple, SizeMultiple));
    }

    private FeatureNetwork(OnnxSession session, IReadOnlyList<string> layers, IReadOnlyList<double> mean, IReadOnlyList<double> deviation)
    {
        this.session = session;
        bindings = new RecentlyUsed<Bound>(Bind);
        session.UseAsBackbone(layers);
        Channels = session.Channels();
        if (mean.Count != Channels || deviation.Count != Channels)
            throw session.Fault($"input {session.Picture}", $"takes {Channels} channels, but mean and deviation have {mean.Count} and {deviation.Count} values; give one a channel.");
        // ((v + 1) / 2 - mean) / deviation
        normalisation = [.. mean.Zip(deviation, (m, d) => ((float)(0.5 / d), (float)((0.5 - m) / d)))];
        SizeMultiple = session.SizeMultiple(BackboneSizeMultiple);
        session.Prove(new PictureShape(Channels, SizeMultiple, SizeMultiple));
    }

    /// <summary>Channels of the pictures it takes, 1 or 3. A backbone of 3 takes pictures of 1 as well.</summary>
    public int Channels { get; }

    /// <summary>Height and width of what it is given must be multiples of this. From the file's metadata_props, key edge.size_multiple; 32 for a backbone without.</summary>
    public int SizeMultiple { get; }

    /// <summary>What runs the network; never <see cref="ExecutionProvider.Auto"/>.</summary>
    public ExecutionProvider ActiveProvider => session.Provider;

    /// <summary>One line for people: which provider was taken and why.</summary>
    public string ProviderNote => session.ProviderNote;

    /// <summary>Time spent in ONNX Runtime so far, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    internal long Ticks => session.Ticks;

    /// <summary>The file's metadata_props.</summary>
    public IReadOnlyDictionary<string, string> Metadata => session.Metadata;

    /// <summary>Opens a network and proves with one small picture that it runs.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="options">How to run it.</param>
    /// <exception cref="BundleException">The file is missing, not ONNX, or breaks the contract above.</exception>
    /// <exception cref="DeviceException">ONNX Runtime or the execution provider asked for is missing or does not work.</exception>
    public static FeatureNetwork Open(string path, InferenceOptions options) =>
        OnnxSession.Open(path, options, session => new FeatureNetwork(session));

    /// <summary>Opens a network from elsewhere and proves with one small picture that it runs.</summary>
    /// <param name="path">The ONNX file: one input [N, C, H, W] with C 1 or 3 and H and W free.</param>
    /// <param name="layers">The outputs to compute.</param>
    /// <param name="mean">Subtracted from values of 0..1, a number a channel.</param>
    /// <param name="deviation">What is left is divided by this, a number a channel.</param>
    /// <param name="options">How to run it.</param>
    /// <exception cref="BundleException">The file is missing, not ONNX, lacks a layer, or breaks the contract above.</exception>
    /// <exception cref="DeviceException">ONNX Runtime or the execution provider asked for is missing or does not work.</exception>
    public static FeatureNetwork OpenBackbone(string path, IReadOnlyList<string> layers, IReadOnlyList<double> mean, IReadOnlyList<double> deviation, InferenceOptions options) =>
        OnnxSession.Open(path, options, session => new FeatureNetwork(session, layers, mean, deviation));

    /// <summary>Describes <c>t.Length</c> pictures of one shape. Each picture's features depend on itself and its t only.</summary>
    /// <param name="x">[N, C, H, W] pictures in [-1, 1]; a backbone's normalisation is applied here.</param>
    /// <param name="t">[N] index into the schedule; its length counts even where the network takes no time.</param>
    /// <param name="shape">Shape of one picture.</param>
    /// <returns>One map an output, in the file's order; the same maps, overwritten, at the next run of that shape.</returns>
    /// <exception cref="ArgumentException">The shape does not fit the network, or the spans do not fit the shape.</exception>
    /// <exception cref="DeviceException">The evaluation failed, such as for want of memory.</exception>
    /// <exception cref="InvalidOperationException">Another thread is using this network.</exception>
    /// <exception cref="ObjectDisposedException">The network was disposed of.</exception>
    public IReadOnlyList<FeatureMap> Run(ReadOnlySpan<float> x, ReadOnlySpan<float> t, PictureShape shape)
    {
        var grey = normalisation is not null && shape.Channels == 1;
        OnnxSession.RequireFit(x, t, shape, grey ? 1 : Channels, SizeMultiple);

        guard.Enter();
        try
        {
            var bound = bindings.For(t.Length, shape with { Channels = Channels });
            Run(x, t, shape, bound.Binding, bound.Maps);
            return bound.Maps;
        }
        finally
        {
            guard.Leave();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!guard.Close())
            return;
        bindings.Dispose();
        session.Dispose();
    }

    private void Run(ReadOnlySpan<float> x, ReadOnlySpan<float> t, PictureShape shape, OnnxBinding run, FeatureMap[] maps)
    {
        var batch = run.Batch;
        for (var n = 0; n < t.Length; n += batch)
        {
            Feed(x.Slice(n * shape.Length, batch * shape.Length), shape, run.X);
            if (!run.T.IsEmpty)
                t.Slice(n, batch).CopyTo(run.T);
            run.Run();
            for (var k = 0; k < maps.Length; k++)
            {
                var values = run.Outputs[k].Data.Span;
                values.CopyTo(maps[k].Values.Span[(n / batch * values.Length)..]);
            }
        }
    }

    private void Feed(ReadOnlySpan<float> pictures, PictureShape shape, Span<float> input)
    {
        if (normalisation is null)
        {
            pictures.CopyTo(input);
            return;
        }
        for (var plane = 0; plane < input.Length / shape.Pixels; plane++)
        {
            var (factor, offset) = normalisation[plane % Channels];
            var from = pictures.Slice(plane * shape.Channels / Channels * shape.Pixels, shape.Pixels);
            var to = input.Slice(plane * shape.Pixels, shape.Pixels);
            for (var i = 0; i < to.Length; i++)
                to[i] = factor * from[i] + offset;
        }
    }

    private Bound Bind(int pictures, PictureShape shape)
    {
        // One by one on a CPU: see OnnxDenoiser.
        var binding = new OnnxBinding(session, ActiveProvider == ExecutionProvider.Cpu ? 1 : pictures, shape);
        return new Bound(binding, [.. binding.Outputs.Select(output => new FeatureMap(output.Name, (int)output.Dimensions[1], (int)output.Dimensions[2],
            (int)output.Dimensions[3], new float[output.Data.Length / binding.Batch * pictures]))]);
    }

    /// <summary>A binding and the maps of all pictures of a run.</summary>
    private sealed record Bound(OnnxBinding Binding, FeatureMap[] Maps) : IDisposable
    {
        public void Dispose() => Binding.Dispose();
    }
}
