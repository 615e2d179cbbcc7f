using Edge.Runtime.Bundles;
using Edge.Runtime.Inference;

namespace Edge.Runtime.Inspection;

/// <summary>
/// The networks of a bundle, opened when a reading first needs them, checked against the manifest, and shared: every <see cref="NetworkUse"/> has the same
/// sessions and buffers of its own. They are closed when this and all uses are disposed of. Thread-safe.
/// </summary>
internal sealed class NetworkSet : IDisposable
{
    private readonly string folder;
    private readonly NetworkManifest manifest;
    private readonly InferenceOptions options;
    private readonly Lock gate = new();
    private readonly Dictionary<string, OnnxDenoiser> denoisers = [];
    private readonly Dictionary<string, PlaneNetwork> planes = [];
    private FeatureNetwork? features;
    private int users = 1;
    private bool disposed;

    /// <param name="folder">Where the files are.</param>
    /// <param name="manifest">Names them.</param>
    /// <param name="options">How they run.</param>
    public NetworkSet(string folder, NetworkManifest manifest, InferenceOptions options)
    {
        (this.folder, this.manifest, this.options) = (folder, manifest, options);
        Schedule = new Diffusion.NoiseSchedule(manifest.NumTrainTimesteps, manifest.BetaStart, manifest.BetaEnd, manifest.BetaSchedule);
    }

    /// <summary>The noise that the network was trained on.</summary>
    public Diffusion.NoiseSchedule Schedule { get; }

    /// <summary>Told of every file that is opened.</summary>
    public Action<string>? Opening { get; init; }

    /// <summary>What one thread runs.</summary>
    /// <exception cref="ObjectDisposedException">The set was disposed of.</exception>
    public NetworkUse Use()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, nameof(Model));
            users++;
        }
        return new NetworkUse(this);
    }

    /// <summary>The network of every timestep, for one thread.</summary>
    public OnnxDenoiser Denoiser() => Denoiser(manifest.Eps, options);

    /// <summary>The layers of activations, for one thread.</summary>
    public FeatureNetwork Features()
    {
        lock (gate)
        {
            if (features is null)
            {
                Opening?.Invoke(manifest.Features.Path);
                features = Checked(FeatureNetwork.Open(PathOf(manifest.Features), Kept(manifest.Features)), manifest.Features);
            }
            return features.Share();
        }
    }

    /// <summary>The eight-bit denoiser of a timestep, for one thread.</summary>
    /// <exception cref="BundleException">There is none, or it is another timestep's.</exception>
    /// <exception cref="DeviceException">Another provider than the CPU was asked for.</exception>
    public OnnxDenoiser Int8(int t)
    {
        var entry = Int8(TScaleSettings.PlaneOf(t));
        var network = Denoiser(entry, options with { Provider = ExecutionProvider.Cpu });
        if (network.Timestep == t)
            return network;
        network.Dispose();
        throw new BundleException($"{PathOf(entry)}: made for t = {network.Timestep?.ToString() ?? "any"}, {BundleFolder.ManifestName} names it for {t}.");
    }

    /// <summary>The network that answers with one plane, for one thread.</summary>
    /// <param name="plane"><see cref="Reading.LogOddsPlane"/> or <see cref="Reading.MemoryPlane"/>.</param>
    /// <param name="precision">What it runs in.</param>
    /// <exception cref="BundleException">The bundle has none.</exception>
    /// <exception cref="DeviceException">Eight bits, and another provider than the CPU was asked for.</exception>
    public PlaneNetwork Plane(string plane, Precision precision)
    {
        var entry = precision == Precision.Int8 ? Int8(plane)
            : (plane == Reading.MemoryPlane ? manifest.Memory : manifest.LogOdds) ?? throw new BundleException($"{folder}: a profile reads {plane}, and the bundle has no network for it.");
        var how = precision == Precision.Int8 ? options with { Provider = ExecutionProvider.Cpu } : options;
        lock (gate)
        {
            if (!planes.TryGetValue(entry.Path, out var network))
            {
                Opening?.Invoke(entry.Path);
                planes[entry.Path] = network = Checked(PlaneNetwork.Open(PathOf(entry), plane, Kept(entry) with { Provider = how.Provider }), entry);
            }
            return network.Share();
        }
    }

    /// <summary>Nothing more is opened; what is in use goes on until its own end.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (disposed)
                return;
            disposed = true;
        }
        Release();
    }

    /// <summary>One user less; the last one closes the networks.</summary>
    internal void Release()
    {
        lock (gate)
        {
            if (--users > 0)
                return;
        }
        foreach (var network in denoisers.Values)
            network.Dispose();
        foreach (var network in planes.Values)
            network.Dispose();
        features?.Dispose();
    }

    private OnnxDenoiser Denoiser(FileEntry entry, InferenceOptions how)
    {
        lock (gate)
        {
            if (!denoisers.TryGetValue(entry.Path, out var network))
            {
                Opening?.Invoke(entry.Path);
                denoisers[entry.Path] = network = Checked(OnnxDenoiser.Open(PathOf(entry), Kept(entry) with { Provider = how.Provider }), entry);
            }
            return network.Share();
        }
    }

    private FileEntry Int8(string plane)
    {
        if (options.Provider is not (ExecutionProvider.Auto or ExecutionProvider.Cpu))
            throw new DeviceException($"The profile runs in int8, which is for the CPU, and the execution provider {options.Provider.ToString().ToLowerInvariant()} was asked for: "
                + "take a profile in fp32, or ask for cpu.");
        return manifest.Int8.GetValueOrDefault(plane) ?? throw new BundleException($"{folder}: a profile in int8 reads {plane}, but the bundle has int8 networks for "
            + $"{(manifest.Int8.Count == 0 ? "none" : string.Join(", ", manifest.Int8.Keys))}.");
    }

    /// <summary>The manifest's hashes were checked when the bundle was loaded; a draft without them has nothing kept.</summary>
    private InferenceOptions Kept(FileEntry entry) =>
        entry.Sha256.Length > 0 && manifest.Weights.Sha256.Length > 0 ? options with { NetworkHash = $"{entry.Sha256} {manifest.Weights.Sha256}" } : options;

    private string PathOf(FileEntry entry) => Path.Combine(folder, entry.Path);

    private T Checked<T>(T network, FileEntry entry) where T : OnnxNetwork
    {
        foreach (var (key, value) in NetworkMetadata.Of(manifest))
            if (network.Metadata.GetValueOrDefault(key) is var found && found != value)
            {
                network.Dispose();
                throw new BundleException($"{PathOf(entry)}: metadata {key} is {found ?? "missing"}, {BundleFolder.ManifestName} says {value}; the two belong to different bundles.");
            }
        return network;
    }
}
