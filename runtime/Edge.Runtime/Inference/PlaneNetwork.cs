using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Inference;

/// <summary>
/// A network in an ONNX file that answers a picture with one value a pixel: input x[N, C, H, W], output [N, 1, H, W] under the name it is opened by;
/// 32-bit floats, N, H and W free.
/// </summary>
internal sealed class PlaneNetwork : OnnxNetwork, IPlaneNetwork
{
    private readonly string output;
    private readonly RecentlyUsed<OnnxBinding> bindings;

    private PlaneNetwork(OnnxSession session, string output, bool owner) : base(session, owner)
    {
        this.output = output;
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

    /// <summary>Opens a network and proves with one small picture that it runs.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="output">Name of its output.</param>
    /// <param name="options">How to run it.</param>
    /// <exception cref="BundleException">The file is missing, not ONNX, or breaks the contract above.</exception>
    /// <exception cref="DeviceException">ONNX Runtime or the execution provider asked for is missing or does not work.</exception>
    public static PlaneNetwork Open(string path, string output, InferenceOptions options) =>
        OnnxSession.Open(path, options, session => new PlaneNetwork(session, output, owner: true));

    /// <summary>The same network for another thread: one session, buffers of its own. It must not outlive this one.</summary>
    internal PlaneNetwork Share() => new(Session, output, owner: false);

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
        using var use = Begin();
        var run = bindings.For(1, shape);
        x.CopyTo(run.X);
        Ticks += run.Run();
        run.Outputs[0].Data.Span.CopyTo(plane);
    }

    /// <inheritdoc/>
    private protected override void FreeBuffers() => bindings.Dispose();
}
