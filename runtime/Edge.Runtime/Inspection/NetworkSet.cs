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
    // By the layers they compute, which are fixed when a backbone is opened.
    private readonly Dictionary<string, FeatureNetwork> backbones = [];

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
            foreach (var backbone in backbones.Values)
                ticks += backbone.Ticks;
            return ticks;
        }
    }

    /// <summary>The method a profile asks for, with its constants. Networks that another profile has opened are shared.</summary>
    public IMapMethod Method(Profile profile)
    {
        if (profile.TScales is { } scales)
            return new TScaleMethod(profile.Precision == Precision.Int8 ? Int8(scales) : Denoiser, Schedule, scales, profile.Seed);
        var settings = profile.Reconstruction!;
        return new ReconstructionMethod(Denoiser, settings.Features.Count == 0 ? null : Features,
            settings.BackboneFeatures.Count == 0 ? null : Backbone(settings.BackboneFeatures), Schedule, settings, profile.Seed);
    }

    public void Dispose()
    {
        denoiser?.Dispose();
        foreach (var network in quantised.Values)
            network.Dispose();
        features?.Dispose();
        foreach (var backbone in backbones.Values)
            backbone.Dispose();
    }

    private TimestepDenoiser Int8(TScaleSettings scales)
    {
        if (options.Provider is not (ExecutionProvider.Auto or ExecutionProvider.Cpu))
            throw new DeviceException($"The profile runs in int8, which is for the CPU, and the execution provider {options.Provider.ToString().ToLowerInvariant()} was asked for: "
                + "take a profile in fp32, or ask for cpu.");
        foreach (var t in scales.Asked)
        {
            if (!quantised.TryGetValue(t, out var network))
                network = quantised[t] = OpenInt8(t);
            if (!network.HasEps && scales.Timesteps.Contains(t))
                throw new BundleException($"{PathOf(manifest.Int8[t])}: gives log-odds alone, and a profile in int8 reads eps at t = {t}: "
                    + "read another level, or in fp32.");
        }
        return new TimestepDenoiser(scales.Asked.ToDictionary(t => t, t => quantised[t]));
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

    private FeatureNetwork Backbone(List<string> layers)
    {
        var key = string.Join('\n', layers);
        if (backbones.TryGetValue(key, out var known))
            return known;
        var entry = manifest.Backbone ?? throw new BundleException($"{folder}: a profile compares {string.Join(", ", layers)} of a backbone, but the bundle has none.");
        var backbone = FeatureNetwork.OpenBackbone(PathOf(entry.File), layers, entry.Mean, entry.Deviation, options);
        if (backbone.Channels >= manifest.Channels)
            return backbones[key] = backbone;
        backbone.Dispose();
        throw new BundleException($"{PathOf(entry.File)}: takes pictures of {backbone.Channels} channel, the bundle's have {manifest.Channels}; "
            + $"a backbone for them takes {manifest.Channels}.");
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
