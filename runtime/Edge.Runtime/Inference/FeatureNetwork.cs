using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Inference;

/// <summary>
/// A network that describes pictures by layers of activations, for comparing a picture with its reconstruction: the denoiser's own layers
/// in a file of their own, or any backbone. Inputs x[N, C, H, W] and, where it knows time, t[N]; each output [N, Ck, Hk, Wk]; 32-bit floats.
/// A run allocates nothing while the shape stays the same (on a GPU: a few names per call). One instance serves one thread at a time.
/// </summary>
public sealed class FeatureNetwork : IDisposable
{
    private readonly OnnxSession session;
    private OnnxBinding? binding;
    private FeatureMap[] maps = [];
    private int pictures;

    private FeatureNetwork(OnnxSession session)
    {
        this.session = session;
        Channels = session.Channels();
        if (session.Session.InputMetadata.ContainsKey("t"))
            session.Input("t", 1);
        session.RequireOnly("x", "t");
        foreach (var name in session.Session.OutputNames)
            session.Output(name, 4);
        SizeMultiple = session.SizeMultiple();
        session.Prove(new PictureShape(Channels, SizeMultiple, SizeMultiple));
    }

    /// <summary>Channels of the pictures it takes, 1 or 3.</summary>
    public int Channels { get; }

    /// <summary>Height and width of what it is given must be multiples of this. From the file's metadata_props, key edge.size_multiple.</summary>
    public int SizeMultiple { get; }

    /// <summary>What runs the network; never <see cref="ExecutionProvider.Auto"/>.</summary>
    public ExecutionProvider ActiveProvider => session.Provider;

    /// <summary>One line for people: which provider was taken and why.</summary>
    public string ProviderNote => session.ProviderNote;

    /// <summary>The file's metadata_props.</summary>
    public IReadOnlyDictionary<string, string> Metadata => session.Metadata;

    /// <summary>Opens a network and proves with one small picture that it runs.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="options">How to run it.</param>
    /// <exception cref="BundleException">The file is missing, not ONNX, or breaks the contract above.</exception>
    /// <exception cref="DeviceException">ONNX Runtime or the execution provider asked for is missing or does not work.</exception>
    public static FeatureNetwork Open(string path, InferenceOptions options)
    {
        var session = OnnxSession.Open(path, options);
        try
        {
            return new FeatureNetwork(session);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Describes <c>t.Length</c> pictures of one shape. Each picture's features depend on itself and its t only.</summary>
    /// <param name="x">[N, C, H, W] pictures in the network's own scale.</param>
    /// <param name="t">[N] index into the schedule; its length counts even where the network takes no time.</param>
    /// <param name="shape">Shape of one picture.</param>
    /// <returns>One map an output, in the file's order; the same maps, overwritten, at the next run of that shape.</returns>
    /// <exception cref="ArgumentException">The shape does not fit the network, or the spans do not fit the shape.</exception>
    /// <exception cref="DeviceException">The evaluation failed, such as for want of memory.</exception>
    public IReadOnlyList<FeatureMap> Run(ReadOnlySpan<float> x, ReadOnlySpan<float> t, PictureShape shape)
    {
        OnnxSession.RequireFit(x, t, shape, Channels, SizeMultiple);

        // One by one on a CPU: see OnnxDenoiser.Predict.
        var batch = ActiveProvider == ExecutionProvider.Cpu ? 1 : t.Length;
        var run = Bind(batch, shape, t.Length);
        for (var n = 0; n < t.Length; n += batch)
        {
            x.Slice(n * shape.Length, batch * shape.Length).CopyTo(run.X);
            if (!run.T.IsEmpty)
                t.Slice(n, batch).CopyTo(run.T);
            run.Run();
            for (var k = 0; k < maps.Length; k++)
            {
                var values = run.Outputs[k].Data.Span;
                values.CopyTo(maps[k].Values.Span[(n / batch * values.Length)..]);
            }
        }
        return maps;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        binding?.Dispose();
        session.Dispose();
    }

    private OnnxBinding Bind(int batch, PictureShape shape, int count)
    {
        if (binding is null || binding.Batch != batch || binding.Shape != shape)
        {
            binding?.Dispose();
            binding = null;
            binding = new OnnxBinding(session, batch, shape);
            pictures = 0;
        }
        if (pictures != count)
        {
            maps = MapsOf(binding, count);
            pictures = count;
        }
        return binding;
    }

    private static FeatureMap[] MapsOf(OnnxBinding binding, int pictures) => [.. binding.Outputs.Select(output =>
        new FeatureMap(output.Name, (int)output.Dimensions[1], (int)output.Dimensions[2], (int)output.Dimensions[3],
            new float[output.Data.Length / binding.Batch * pictures]))];
}
