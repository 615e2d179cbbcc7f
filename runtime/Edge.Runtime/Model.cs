using Edge.Runtime.Bundles;
using Edge.Runtime.Inference;
using Edge.Runtime.Inspection;
using Edge.Runtime.Scoring;
using Microsoft.Extensions.Logging;

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
            var fellBack = options.Inference.Provider == ExecutionProvider.Auto && ProviderNote.Contains(OnnxSession.NotWorking, StringComparison.Ordinal);
            options.Logger?.Log(fellBack ? LogLevel.Warning : LogLevel.Debug, "{Bundle} {Version} is open with profile {Profile}: {Provider}", Id, Version, Key, ProviderNote);
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
    public double LeastAlpha => new ConformalScores(Profile.Calibration).LeastAlpha;

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

    /// <summary>Calibrates every profile of a bundle anew, with its constants and its gate. All is tried in a copy first, so that a fault leaves the bundle as it was.</summary>
    /// <param name="folder">The bundle's folder.</param>
    /// <param name="pictures">Good pictures that took no part in training.</param>
    /// <param name="output">A new folder for the bundle; null replaces it.</param>
    /// <param name="inference">Where and how the network runs; null takes the best device there is.</param>
    /// <param name="progress">Told the share that is done, 0 to 1.</param>
    /// <param name="stop">Ends it between two pictures; the bundle stays as it was.</param>
    /// <returns>The false-reject rate of the bundle: its own, or the least that these pictures can promise.</returns>
    /// <exception cref="BundleException">The bundle is damaged, or would call a picture OK that shows no good part.</exception>
    /// <exception cref="PictureException">There are too few pictures, one cannot be inspected, or one was trained on; the message names it.</exception>
    /// <exception cref="DeviceException">The device asked for does not work.</exception>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static double Calibrate(string folder, CalibrationPictures pictures, string? output = null, InferenceOptions? inference = null, IProgress<double>? progress = null,
        CancellationToken stop = default)
    {
        var bundle = Bundle.Load(folder);
        string[] files = [.. pictures.Fitting, .. pictures.Calibration];
        TrainedPictures.RequireNone(folder, files, "The calibration");
        using var calibrator = new Calibrator(bundle.Folder, bundle.Manifest.Network, bundle.Manifest.Preprocessing, inference);
        var profiles = calibrator.Calibrate(bundle.Profiles.ToDictionary(key => key, bundle.Profile), pictures, progress: (done, all) => progress?.Report((double)done / all), stop: stop);
        var alpha = Math.Max(bundle.Manifest.Alpha, profiles.Values.Max(profile => new ConformalScores(profile.Calibration).LeastAlpha));
        BundleRevision.Save(bundle, (bundle.Manifest with { Alpha = alpha, Light = Calibrator.MeasureLight(files) }).Renewed(), profiles, output);
        return alpha;
    }

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
