using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Inference;

namespace Edge.Runtime.Inspection;

/// <summary>The networks of a bundle, opened when a profile first needs them, and checked against the manifest.</summary>
internal sealed class NetworkSet(string folder, NetworkManifest manifest, InferenceOptions options) : IDisposable
{
    private readonly Dictionary<int, OnnxDenoiser> quantised = [];
    private OnnxDenoiser? denoiser;
    private FeatureNetwork? features;

    public NoiseSchedule Schedule { get; } = new(manifest.NumTrainTimesteps, manifest.BetaStart, manifest.BetaEnd, manifest.BetaSchedule);

    /// <summary>What runs the network of the profiles asked for so far; eight bits run on the CPU.</summary>
    public ExecutionProvider Provider => denoiser?.ActiveProvider ?? ExecutionProvider.Cpu;

    /// <summary>One line for people: which provider was taken and why.</summary>
    public string ProviderNote => denoiser?.ProviderNote ?? "Cpu, because the profile runs in int8";

    private OnnxDenoiser Denoiser => denoiser ??= Checked(OnnxDenoiser.Open(PathOf(manifest.Eps), Kept(manifest.Eps)), n => n.Metadata, manifest.Eps);

    private FeatureNetwork Features => features ??= Checked(FeatureNetwork.Open(PathOf(manifest.Features), Kept(manifest.Features)), n => n.Metadata, manifest.Features);

    /// <summary>Time all of them have spent in ONNX Runtime so far, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public long Ticks
    {
        get
        {
            var ticks = (denoiser?.Ticks ?? 0) + (features?.Ticks ?? 0);
            foreach (var network in quantised.Values)
                ticks += network.Ticks;
            return ticks;
        }
    }

    /// <summary>What a reading of a profile asks of the networks in a precision.</summary>
    /// <exception cref="BundleException">The bundle lacks a network that it takes.</exception>
    public IPlaneSource Source(Reading reading, Profile profile, Precision precision)
    {
        int[] timesteps = [.. reading.LogOdds ? [0] : reading.TScales?.Timesteps ?? []];
        if (reading.Reconstruction is { } settings)
            return new ReconstructionSource(Denoiser, settings.Features.Count == 0 ? null : Features, Schedule, settings, profile.Seed);
        IDenoiser denoiser = precision == Precision.Int8 ? OpenInt8(timesteps) : Denoiser;
        return reading.LogOdds ? new LogOddsSource(denoiser, Schedule) : new TScaleSource(denoiser, Schedule, reading.TScales!, profile.Seed);
    }

    public void Dispose()
    {
        denoiser?.Dispose();
        foreach (var network in quantised.Values)
            network.Dispose();
        features?.Dispose();
    }

    private TimestepDenoiser OpenInt8(int[] timesteps)
    {
        if (options.Provider is not (ExecutionProvider.Auto or ExecutionProvider.Cpu))
            throw new DeviceException($"The profile runs in int8, which is for the CPU, and the execution provider {options.Provider.ToString().ToLowerInvariant()} was asked for: "
                + "take a profile in fp32, or ask for cpu.");
        var networks = new Dictionary<int, OnnxDenoiser>();
        foreach (var t in timesteps)
        {
            if (!quantised.TryGetValue(t, out var network))
                quantised[t] = network = OpenInt8(t);
            networks[t] = network;
            if (t > 0 && !network.HasEps)
                throw new BundleException($"{PathOf(manifest.Int8[t])}: gives log-odds alone, and a profile in int8 reads eps at t = {t}: read another level, or in fp32.");
        }
        return new TimestepDenoiser(networks);
    }

    private OnnxDenoiser OpenInt8(int t)
    {
        var entry = manifest.Int8.GetValueOrDefault(t) ?? throw new BundleException($"{folder}: a profile in int8 reads t = {t}, but the bundle has int8 networks for "
            + $"{(manifest.Int8.Count == 0 ? "none" : string.Join(", ", manifest.Int8.Keys))}.");
        var network = Checked(OnnxDenoiser.Open(PathOf(entry), Kept(entry) with { Provider = ExecutionProvider.Cpu }), n => n.Metadata, entry);
        if (network.Timestep == t)
            return network;
        network.Dispose();
        throw new BundleException($"{PathOf(entry)}: made for t = {network.Timestep?.ToString() ?? "any"}, {BundleFolder.ManifestName} names it for {t}.");
    }

    /// <summary>The manifest's hashes were checked when the bundle was loaded; a draft without them has nothing kept.</summary>
    private InferenceOptions Kept(FileEntry entry) =>
        entry.Sha256.Length > 0 && manifest.Weights.Sha256.Length > 0 ? options with { NetworkHash = $"{entry.Sha256} {manifest.Weights.Sha256}" } : options;

    private string PathOf(FileEntry entry) => Path.Combine(folder, entry.Path);

    private T Checked<T>(T network, Func<T, IReadOnlyDictionary<string, string>> metadata, FileEntry entry) where T : IDisposable
    {
        foreach (var (key, value) in NetworkMetadata.Of(manifest))
            if (metadata(network).GetValueOrDefault(key) is var found && found != value)
            {
                network.Dispose();
                throw new BundleException($"{PathOf(entry)}: metadata {key} is {found ?? "missing"}, {BundleFolder.ManifestName} says {value}; the two belong to different bundles.");
            }
        return network;
    }
}
