using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Inference;

namespace Edge.Runtime.Inspection;

/// <summary>One thread's part of a <see cref="NetworkSet"/>: its sessions, with buffers of its own. Not thread-safe.</summary>
internal sealed class NetworkUse(NetworkSet networks) : IDisposable
{
    private readonly Dictionary<int, OnnxDenoiser> quantised = [];
    private readonly Dictionary<(string, Precision), PlaneNetwork> planes = [];
    private OnnxDenoiser? denoiser;
    private FeatureNetwork? features;
    private bool disposed;

    /// <summary>What runs the readings asked for so far; eight bits run on the CPU.</summary>
    public ExecutionProvider Provider => denoiser?.ActiveProvider ?? Float?.ActiveProvider ?? ExecutionProvider.Cpu;

    /// <summary>One line for people: which provider was taken and why.</summary>
    public string ProviderNote => denoiser?.ProviderNote ?? Float?.ProviderNote ?? "Cpu, because the profile runs in int8";

    /// <summary>Time spent in ONNX Runtime so far, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public long Ticks
    {
        get
        {
            var ticks = (denoiser?.Ticks ?? 0) + (features?.Ticks ?? 0);
            foreach (var network in quantised.Values)
                ticks += network.Ticks;
            foreach (var network in planes.Values)
                ticks += network.Ticks;
            return ticks;
        }
    }

    private PlaneNetwork? Float => planes.FirstOrDefault(network => network.Key.Item2 == Precision.Fp32).Value;

    private OnnxDenoiser Denoiser => denoiser ??= networks.Denoiser();

    /// <summary>What a reading of a profile asks of the networks in a precision.</summary>
    /// <exception cref="BundleException">The bundle lacks a network that it takes.</exception>
    /// <exception cref="DeviceException">The device asked for does not work.</exception>
    public IPlaneSource Source(Reading reading, Profile profile, Precision precision)
    {
        if (reading.Reconstruction is { } settings)
            return new ReconstructionSource(Denoiser, settings.Features.Count == 0 ? null : features ??= networks.Features(), networks.Schedule, settings, profile.Seed);
        if (reading.LogOdds || reading.Memory)
            return new NetworkSource(Plane(reading.Planes[0], precision), reading.Planes[0]);
        var scales = reading.TScales!;
        return new TScaleSource(precision == Precision.Int8 ? Int8(scales.Timesteps) : Denoiser, networks.Schedule, scales, profile.Seed);
    }

    /// <summary>Frees the buffers; the last user of the set closes its sessions.</summary>
    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        denoiser?.Dispose();
        foreach (var network in quantised.Values)
            network.Dispose();
        foreach (var network in planes.Values)
            network.Dispose();
        features?.Dispose();
        networks.Release();
    }

    private PlaneNetwork Plane(string plane, Precision precision) =>
        planes.TryGetValue((plane, precision), out var network) ? network : planes[(plane, precision)] = networks.Plane(plane, precision);

    private TimestepDenoiser Int8(IReadOnlyList<int> timesteps) => new(timesteps.ToDictionary(t => t, Int8));

    private OnnxDenoiser Int8(int t) => quantised.TryGetValue(t, out var network) ? network : quantised[t] = networks.Int8(t);
}
