using System.Globalization;
using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Inference;

/// <summary>
/// A denoising network in an ONNX file: inputs x[N, C, H, W] and t[N], output eps[N, C, H, W]; 32-bit floats, N, H and W free. A file made for one
/// timestep has no input t and names it in its metadata.
/// </summary>
internal sealed class OnnxDenoiser : OnnxNetwork, IDenoiser
{
    /// <summary>The metadata_props key of the timestep that a file without input t was made for.</summary>
    public const string TimestepKey = "edge.timestep";

    private readonly RecentlyUsed<OnnxBinding> bindings;

    private OnnxDenoiser(OnnxSession session, bool owner) : base(session, owner)
    {
        if (session.Metadata.TryGetValue(TimestepKey, out var text))
            Timestep = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var t) ? t : throw session.Fault($"metadata_props {TimestepKey}", $"is '{text}' where a timestep must stand.");
        else
            session.Input("t", 1);
        session.RequireOnly(Timestep is null ? ["x", "t"] : ["x"]);
        session.Output("eps", 4);
        if (session.Outputs.Count != 1)
            throw session.Fault("outputs", $"are {string.Join(", ", session.Outputs)} where eps alone must be; other answers belong in files of their own.");
        SizeMultiple = session.SizeMultiple();
        var shape = new PictureShape(Channels, SizeMultiple, SizeMultiple);
        if (owner)
            session.Prove(shape, OutputsOf(1, shape));
        bindings = new RecentlyUsed<OnnxBinding>((batch, shape) => new OnnxBinding(session, batch, shape, OutputsOf(batch, shape)));
    }

    /// <summary>The only timestep it knows; null where it is told.</summary>
    public int? Timestep { get; }

    /// <summary>Opens a network and proves with one small picture that it runs.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="options">How to run it.</param>
    /// <exception cref="BundleException">The file is missing, not ONNX, or breaks the contract above.</exception>
    /// <exception cref="DeviceException">ONNX Runtime or the execution provider asked for is missing or does not work.</exception>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    public static OnnxDenoiser Open(string path, InferenceOptions options) => OnnxSession.Open(path, options, session => new OnnxDenoiser(session, owner: true));

    /// <summary>The same network for another thread: one session, buffers of its own. It must not outlive this one.</summary>
    internal OnnxDenoiser Share() => new(Session, owner: false);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The shape or a t does not fit the network, or the spans do not fit the shape.</exception>
    /// <exception cref="DeviceException">The evaluation failed, such as for want of memory.</exception>
    /// <exception cref="InvalidOperationException">Another thread is using this network.</exception>
    /// <exception cref="ObjectDisposedException">The network was disposed of.</exception>
    public void Predict(ReadOnlySpan<float> x, ReadOnlySpan<float> t, PictureShape shape, Span<float> eps)
    {
        OnnxSession.RequireFit(x, t, shape, Channels, SizeMultiple);
        if (eps.Length != x.Length)
            throw new ArgumentException($"eps holds {eps.Length} values, x {x.Length}.", nameof(eps));
        if (Timestep is { } only && t.ContainsAnyExcept(only))
            throw new ArgumentException($"{Session.Source} was made for t = {only} alone.", nameof(t));

        using var use = Begin();
        Run(x, t, shape, eps);
    }

    /// <inheritdoc/>
    private protected override void FreeBuffers() => bindings.Dispose();

    private void Run(ReadOnlySpan<float> x, ReadOnlySpan<float> t, PictureShape shape, Span<float> eps)
    {
        // A CPU gains nothing from a batch, and one by one no picture's last bit can depend on its mates.
        var batch = ActiveProvider == ExecutionProvider.Cpu ? 1 : t.Length;
        for (var n = 0; n < t.Length; n += batch)
        {
            var run = bindings.For(batch, shape);
            var values = batch * shape.Length;
            x.Slice(n * shape.Length, values).CopyTo(run.X);
            if (Timestep is null)
                t.Slice(n, batch).CopyTo(run.T);
            Ticks += run.Run();
            run.Outputs[0].Data.Span.CopyTo(eps.Slice(n * shape.Length, values));
        }
    }

    private static long[][] OutputsOf(int batch, PictureShape shape) => [[batch, shape.Channels, shape.Height, shape.Width]];
}
