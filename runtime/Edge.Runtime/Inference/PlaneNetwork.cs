using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Inference;

/// <summary>
/// A network in an ONNX file that answers a picture with one value a pixel: input x[N, C, H, W], output [N, 1, H, W] under the name it is opened by;
/// 32-bit floats, N, H and W free. Evaluating allocates nothing for the last four shapes (on a GPU: a few names per call). One instance serves one thread at a time.
/// </summary>
internal sealed class PlaneNetwork : IPlaneNetwork, IDisposable
{
    private readonly OnnxSession session;
    private readonly string output;
    private readonly bool owner;
    private readonly RecentlyUsed<OnnxBinding> bindings;
    private readonly UseGuard guard = new(nameof(PlaneNetwork));

    private PlaneNetwork(OnnxSession session, string output, bool owner)
    {
        (this.session, this.output, this.owner) = (session, output, owner);
        Channels = session.Channels();
        session.RequireOnly("x");
        if (session.Output(output, 4).Dimensions[1] is > 1 and var values)
            throw session.Fault($"output {output}", $"has {values} channels where 1 must be.");
        if (session.Outputs.Count != 1)
            throw session.Fault("outputs", $"are {string.Join(", ", session.Outputs)} where {output} alone must be.");
        SizeMultiple = session.SizeMultiple();
        if (owner)
            session.Prove(new PictureShape(Channels, SizeMultiple, SizeMultiple), [[1, 1, SizeMultiple, SizeMultiple]]);
        bindings = new RecentlyUsed<OnnxBinding>((batch, shape) => new OnnxBinding(session, batch, shape, [[batch, 1, shape.Height, shape.Width]]));
    }

    /// <summary>Channels of the pictures it takes, 1 or 3.</summary>
    public int Channels { get; }

    /// <inheritdoc/>
    /// <remarks>From the file's metadata_props, key edge.size_multiple.</remarks>
    public int SizeMultiple { get; }

    /// <summary>What runs the network; never <see cref="ExecutionProvider.Auto"/>.</summary>
    public ExecutionProvider ActiveProvider => session.Provider;

    /// <summary>One line for people: which provider was taken and why.</summary>
    public string ProviderNote => session.ProviderNote;

    /// <summary>Time spent in ONNX Runtime so far, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    internal long Ticks { get; private set; }

    /// <summary>The file's metadata_props.</summary>
    public IReadOnlyDictionary<string, string> Metadata => session.Metadata;

    /// <summary>Opens a network and proves with one small picture that it runs.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="output">Name of its output.</param>
    /// <param name="options">How to run it.</param>
    /// <exception cref="BundleException">The file is missing, not ONNX, or breaks the contract above.</exception>
    /// <exception cref="DeviceException">ONNX Runtime or the execution provider asked for is missing or does not work.</exception>
    public static PlaneNetwork Open(string path, string output, InferenceOptions options) =>
        OnnxSession.Open(path, options, session => new PlaneNetwork(session, output, owner: true));

    /// <summary>The same network for another thread: one session, buffers of its own. It must not outlive this one.</summary>
    internal PlaneNetwork Share() => new(session, output, owner: false);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The shape does not fit the network, or a span does not fit the shape.</exception>
    /// <exception cref="DeviceException">The evaluation failed, such as for want of memory.</exception>
    /// <exception cref="InvalidOperationException">Another thread is using this network.</exception>
    /// <exception cref="ObjectDisposedException">The network was disposed of.</exception>
    public void Evaluate(ReadOnlySpan<float> x, PictureShape shape, Span<float> plane)
    {
        OnnxSession.RequireFit(x, [0], shape, Channels, SizeMultiple);
        if (plane.Length != shape.Pixels)
            throw new ArgumentException($"{output} holds {plane.Length} values, not {shape.Pixels}.", nameof(plane));
        guard.Enter();
        try
        {
            var run = bindings.For(1, shape);
            x.CopyTo(run.X);
            Ticks += run.Run();
            run.Outputs[0].Data.Span.CopyTo(plane);
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
        if (owner)
            session.Dispose();
    }
}
