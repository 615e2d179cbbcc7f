using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Inference;

/// <summary>
/// A denoising network in an ONNX file: inputs x[N, C, H, W] and t[N], output eps[N, C, H, W], 32-bit floats, N, H and W free.
/// Predicting allocates nothing while the shape stays the same (on a GPU: a few names per call). One instance serves one thread at a time.
/// </summary>
public sealed class OnnxDenoiser : IDenoiser, IDisposable
{
    private readonly OnnxSession session;
    private OnnxBinding? binding;

    private OnnxDenoiser(OnnxSession session)
    {
        this.session = session;
        Channels = session.Channels();
        session.Input("t", 1);
        session.RequireOnly("x", "t");
        session.Output("eps", 4);
        if (session.Session.OutputNames.Count != 1)
            throw session.Fault("outputs", $"are {string.Join(", ", session.Session.OutputNames)} where eps alone must be; features belong in a file of their own.");
        SizeMultiple = session.SizeMultiple();
        session.Prove(new PictureShape(Channels, SizeMultiple, SizeMultiple), [1, Channels, SizeMultiple, SizeMultiple]);
    }

    /// <inheritdoc/>
    public int Channels { get; }

    /// <inheritdoc/>
    /// <remarks>From the file's metadata_props, key edge.size_multiple.</remarks>
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
    public static OnnxDenoiser Open(string path, InferenceOptions options)
    {
        var session = OnnxSession.Open(path, options);
        try
        {
            return new OnnxDenoiser(session);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The shape does not fit the network, or the spans do not fit the shape.</exception>
    /// <exception cref="DeviceException">The evaluation failed, such as for want of memory.</exception>
    public void Predict(ReadOnlySpan<float> x, ReadOnlySpan<float> t, PictureShape shape, Span<float> eps)
    {
        OnnxSession.RequireFit(x, t, shape, Channels, SizeMultiple);
        if (eps.Length != x.Length)
            throw new ArgumentException($"eps holds {eps.Length} values, x {x.Length}.", nameof(eps));

        // A CPU gains nothing from a batch, and one by one no picture's last bit can depend on its mates.
        var batch = ActiveProvider == ExecutionProvider.Cpu ? 1 : t.Length;
        for (var n = 0; n < t.Length; n += batch)
        {
            var run = Bind(batch, shape);
            var values = batch * shape.Length;
            x.Slice(n * shape.Length, values).CopyTo(run.X);
            t.Slice(n, batch).CopyTo(run.T);
            run.Run();
            run.Outputs[0].Data.Span.CopyTo(eps.Slice(n * shape.Length, values));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        binding?.Dispose();
        session.Dispose();
    }

    private OnnxBinding Bind(int batch, PictureShape shape)
    {
        if (binding is { } bound && bound.Batch == batch && bound.Shape == shape)
            return bound;
        binding?.Dispose();
        binding = null;
        return binding = new OnnxBinding(session, batch, shape, [batch, shape.Channels, shape.Height, shape.Width]);
    }
}
