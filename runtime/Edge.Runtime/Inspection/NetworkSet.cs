using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Inference;

namespace Edge.Runtime.Inspection;

/// <summary>The networks of a bundle, opened when a profile first needs them, and checked against the manifest.</summary>
internal sealed class NetworkSet(string folder, NetworkManifest manifest, InferenceOptions options) : IDisposable
{
    private OnnxDenoiser? denoiser;
    private FeatureNetwork? features;
    private readonly List<FeatureNetwork> backbones = [];

    public NoiseSchedule Schedule { get; } = new(manifest.NumTrainTimesteps, manifest.BetaStart, manifest.BetaEnd, manifest.BetaSchedule);

    public OnnxDenoiser Denoiser => denoiser ??= Checked(OnnxDenoiser.Open(PathOf(manifest.Eps), Kept(manifest.Eps)), n => n.Metadata, manifest.Eps);

    public FeatureNetwork Features => features ??= Checked(FeatureNetwork.Open(PathOf(manifest.Features), Kept(manifest.Features)), n => n.Metadata, manifest.Features);

    /// <summary>Time all of them have spent in ONNX Runtime so far, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public long Ticks
    {
        get
        {
            var ticks = (denoiser?.Ticks ?? 0) + (features?.Ticks ?? 0);
            foreach (var backbone in backbones)
                ticks += backbone.Ticks;
            return ticks;
        }
    }

    /// <summary>The method a profile asks for, with its constants.</summary>
    public IMapMethod Method(Profile profile)
    {
        if (profile.TScales is { } scales)
            return new TScaleMethod(Denoiser, Schedule, scales, profile.Seed);
        var settings = profile.Reconstruction!;
        return new ReconstructionMethod(Denoiser, settings.Features.Count == 0 ? null : Features,
            settings.BackboneFeatures.Count == 0 ? null : OpenBackbone(settings.BackboneFeatures), Schedule, settings, profile.Seed);
    }

    public void Dispose()
    {
        denoiser?.Dispose();
        features?.Dispose();
        foreach (var backbone in backbones)
            backbone.Dispose();
    }

    private FeatureNetwork OpenBackbone(List<string> layers)
    {
        var entry = manifest.Backbone ?? throw new BundleException($"{folder}: a profile compares {string.Join(", ", layers)} of a backbone, but the bundle has none.");
        var backbone = FeatureNetwork.OpenBackbone(PathOf(entry.File), layers, entry.Mean, entry.Deviation, options);
        backbones.Add(backbone);
        return backbone.Channels >= manifest.Channels
            ? backbone
            : throw new BundleException($"{PathOf(entry.File)}: takes pictures of {backbone.Channels} channel, the bundle's have {manifest.Channels}; a backbone for them takes {manifest.Channels}.");
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
