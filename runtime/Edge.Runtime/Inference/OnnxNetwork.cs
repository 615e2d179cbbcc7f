namespace Edge.Runtime.Inference;

/// <summary>
/// What all networks in ONNX files have in common: one input x[N, C, H, W] of pictures, a session that several threads share, buffers of its own for each. A run
/// allocates nothing for the last four batch shapes (on a GPU: a few names per call). One instance serves one thread at a time.
/// </summary>
internal abstract class OnnxNetwork : IDisposable
{
    private readonly bool owner;
    private readonly UseGuard guard;

    /// <param name="session">The file, opened.</param>
    /// <param name="owner">Whether the session ends with this.</param>
    private protected OnnxNetwork(OnnxSession session, bool owner)
    {
        (Session, this.owner) = (session, owner);
        guard = new UseGuard(GetType().Name);
        Channels = session.Channels();
    }

    /// <summary>Channels of the pictures it takes, 1 or 3.</summary>
    public int Channels { get; }

    /// <summary>Height and width of what it is given must be multiples of this. From the file's metadata_props, key edge.size_multiple.</summary>
    public int SizeMultiple { get; private protected init; }

    /// <summary>What runs the network; never <see cref="ExecutionProvider.Auto"/>.</summary>
    public ExecutionProvider ActiveProvider => Session.Provider;

    /// <summary>One line for people: which provider was taken and why.</summary>
    public string ProviderNote => Session.ProviderNote;

    /// <summary>Time spent in ONNX Runtime so far, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    internal long Ticks { get; private protected set; }

    /// <summary>The file's metadata_props.</summary>
    public IReadOnlyDictionary<string, string> Metadata => Session.Metadata;

    /// <summary>The file, opened.</summary>
    private protected OnnxSession Session { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!guard.Close())
            return;
        FreeBuffers();
        if (owner)
            Session.Dispose();
    }

    /// <summary>Begins a use, which ends with what is given back.</summary>
    /// <exception cref="ObjectDisposedException">The network was disposed of.</exception>
    /// <exception cref="InvalidOperationException">Another thread is using this network.</exception>
    private protected Use Begin()
    {
        guard.Enter();
        return new Use(guard);
    }

    /// <summary>Frees what <see cref="Dispose"/> must free before the session.</summary>
    private protected abstract void FreeBuffers();

    /// <summary>A use of the network.</summary>
    private protected readonly ref struct Use(UseGuard guard)
    {
        public void Dispose() => guard.Leave();
    }
}
