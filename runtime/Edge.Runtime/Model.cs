using Edge.Runtime.Inspection;
using Edge.Runtime.Bundles;
using Edge.Runtime.Inference;

namespace Edge.Runtime;

/// <summary>
/// A bundle that is ready to inspect with one profile: opened once, shared by as many inspectors as there are threads. Weights and sessions are in memory once.
/// Thread-safe. Inspectors go on after the model is disposed of; the last one closes the sessions.
/// </summary>
public sealed class Model : IDisposable
{
    private readonly NetworkSet networks;

    private Model(Bundle bundle, ModelOptions options, Action<string>? opening)
    {
        options.Inference.Validate();
        Bundle = bundle;
        Key = bundle.KeyFor(options.Profile, options.Precision);
        Profile = bundle.Profile(Key);
        networks = new NetworkSet(bundle.Folder, bundle.Manifest.Network, options.Inference) { Opening = opening };
        try
        {
            // Files, device and provider are proved now and not at the first part.
            using var proof = networks.Use();
            foreach (var reading in Profile.Readings)
                proof.Source(reading, Profile, Precision);
            (Provider, ProviderNote) = (proof.Provider, proof.ProviderNote);
        }
        catch
        {
            networks.Dispose();
            throw;
        }
    }

    /// <summary>Name of what is inspected, for example "gravel".</summary>
    public string Id => Bundle.Id;

    /// <summary>Changes whenever network, constants or calibration change.</summary>
    public string Version => Bundle.Manifest.Version;

    /// <summary>SHA-256 that names this bundle exactly, with all that belongs to it.</summary>
    public string Hash => Bundle.Hash;

    /// <summary>The profile in use.</summary>
    public string ProfileName => Key.Name;

    /// <summary>What its networks compute in.</summary>
    public Precision Precision => Key.Precision;

    /// <summary>The profiles that the bundle has.</summary>
    public IReadOnlyList<string> ProfileNames => Bundle.ProfileNames;

    /// <summary>Evaluations of the network for a picture that is inspected whole.</summary>
    public int Evaluations => Profile.Evaluations;

    /// <summary>The smallest false-reject rate that the calibration can promise, above 0.</summary>
    public double LeastAlpha => new Scoring.ConformalScores(Profile.Calibration).LeastAlpha;

    /// <summary>What runs the network.</summary>
    public ExecutionProvider Provider { get; }

    /// <summary>One line for people: which provider was taken and why.</summary>
    public string ProviderNote { get; }

    /// <summary>The bundle it was opened from.</summary>
    internal Bundle Bundle { get; }

    /// <summary>Name and precision of the profile in use.</summary>
    internal ProfileKey Key { get; }

    /// <summary>The profile in use.</summary>
    internal Profile Profile { get; }

    /// <summary>Reads a bundle, checks every file of it, opens its networks and proves that they run.</summary>
    /// <param name="folder">The bundle's folder.</param>
    /// <param name="options">Profile and device; null takes the bundle's default on the best device there is.</param>
    /// <param name="progress">Told what is being read or opened. TensorRT may take minutes for a file.</param>
    /// <param name="stop">Ends it between two files.</param>
    /// <exception cref="BundleException">The bundle is missing, damaged, or has no such profile or not in this precision; the message names file and field.</exception>
    /// <exception cref="DeviceException">The device asked for does not work.</exception>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static Model Open(string folder, ModelOptions? options = null, IProgress<string>? progress = null, CancellationToken stop = default)
    {
        stop.ThrowIfCancellationRequested();
        progress?.Report(folder);
        return Open(Bundle.Load(folder), options, progress, stop);
    }

    /// <summary>Makes a bundle ready that was read before.</summary>
    /// <inheritdoc cref="Open(string, ModelOptions?, IProgress{string}?, CancellationToken)"/>
    internal static Model Open(Bundle bundle, ModelOptions? options = null, IProgress<string>? progress = null, CancellationToken stop = default) =>
        new(bundle, options ?? new ModelOptions(), file =>
        {
            stop.ThrowIfCancellationRequested();
            progress?.Report(Path.Combine(bundle.Folder, file));
        });

    /// <summary>Makes an inspector for one thread.</summary>
    /// <param name="options">False-reject rate, mask and regions; null takes the bundle's rate and all of the picture.</param>
    /// <exception cref="BundleException">The bundle has too few calibration scores for the rate asked for.</exception>
    /// <exception cref="PictureException">The mask cannot be read or does not have the pictures' size.</exception>
    /// <exception cref="ArgumentException">Options contradict each other or are outside their range.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed of.</exception>
    public Inspector CreateInspector(InspectorOptions? options = null) => new(this, networks.Use(), options ?? new InspectorOptions());

    /// <summary>Makes no more inspectors; those that there are go on.</summary>
    public void Dispose() => networks.Dispose();
}
