using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Inference;

/// <summary>
/// Layers of activations, for comparing a picture with its reconstruction. Inputs x[N, C, H, W] and, where it knows time,
/// t[N]; each output [N, Ck, Hk, Wk]; 32-bit floats.
/// </summary>
internal sealed class FeatureNetwork : OnnxNetwork
{
    private readonly RecentlyUsed<Bound> bindings;

    private FeatureNetwork(OnnxSession session, bool owner) : base(session, owner)
    {
        bindings = new RecentlyUsed<Bound>(Bind);
        if (session.TakesTime)
            session.Input("t", 1);
        session.RequireOnly("x", "t");
        foreach (var name in session.Outputs)
            session.Output(name, 4);
        SizeMultiple = session.SizeMultiple();
        if (owner)
            session.Prove(new PictureShape(Channels, SizeMultiple, SizeMultiple));
    }

    /// <summary>Opens a network and proves with one small picture that it runs.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="options">How to run it.</param>
    /// <exception cref="BundleException">The file is missing, not ONNX, or breaks the contract above.</exception>
    /// <exception cref="DeviceException">ONNX Runtime or the execution provider asked for is missing or does not work.</exception>
    public static FeatureNetwork Open(string path, InferenceOptions options) =>
        OnnxSession.Open(path, options, session => new FeatureNetwork(session, owner: true));

    /// <summary>The same network for another thread: one session, buffers of its own. It must not outlive this one.</summary>
    internal FeatureNetwork Share() => new(Session, owner: false);

    /// <summary>Describes <c>t.Length</c> pictures of one shape. Each picture's features depend on itself and its t only.</summary>
    /// <param name="x">[N, C, H, W] pictures in [-1, 1].</param>
    /// <param name="t">[N] index into the schedule; its length counts even where the network takes no time.</param>
    /// <param name="shape">Shape of one picture.</param>
    /// <returns>One map an output, in the file's order; the same maps, overwritten, at the next run of that shape.</returns>
    /// <exception cref="ArgumentException">The shape does not fit the network, or the spans do not fit the shape.</exception>
    /// <exception cref="DeviceException">The evaluation failed, such as for want of memory.</exception>
    /// <exception cref="InvalidOperationException">Another thread is using this network.</exception>
    /// <exception cref="ObjectDisposedException">The network was disposed of.</exception>
    public IReadOnlyList<FeatureMap> Run(ReadOnlySpan<float> x, ReadOnlySpan<float> t, PictureShape shape)
    {
        OnnxSession.RequireFit(x, t, shape, Channels, SizeMultiple);

        using var use = Begin();
        var bound = bindings.For(t.Length, shape);
        Run(x, t, shape, bound.Binding, bound.Maps);
        return bound.Maps;
    }

    /// <inheritdoc/>
    private protected override void FreeBuffers() => bindings.Dispose();

    private void Run(ReadOnlySpan<float> x, ReadOnlySpan<float> t, PictureShape shape, OnnxBinding run, FeatureMap[] maps)
    {
        var batch = run.Batch;
        for (var n = 0; n < t.Length; n += batch)
        {
            x.Slice(n * shape.Length, batch * shape.Length).CopyTo(run.X);
            if (!run.T.IsEmpty)
                t.Slice(n, batch).CopyTo(run.T);
            Ticks += run.Run();
            for (var k = 0; k < maps.Length; k++)
            {
                var values = run.Outputs[k].Data.Span;
                values.CopyTo(maps[k].Values.Span[(n / batch * values.Length)..]);
            }
        }
    }

    private Bound Bind(int pictures, PictureShape shape)
    {
        // One by one on a CPU: see OnnxDenoiser.
        var binding = new OnnxBinding(Session, ActiveProvider == ExecutionProvider.Cpu ? 1 : pictures, shape);
        return new Bound(binding, [.. binding.Outputs.Select(output => new FeatureMap(output.Name, (int)output.Dimensions[1], (int)output.Dimensions[2],
            (int)output.Dimensions[3], new float[output.Data.Length / binding.Batch * pictures]))]);
    }

    /// <summary>A binding and the maps of all pictures of a run.</summary>
    private sealed record Bound(OnnxBinding Binding, FeatureMap[] Maps) : IDisposable
    {
        public void Dispose() => Binding.Dispose();
    }
}
