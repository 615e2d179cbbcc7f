using Edge.Runtime.Bundles;
using Edge.Runtime.Inference;

namespace Edge.Runtime.Inspection;

/// <summary>Golden samples prove that a bundle gives on this machine what it gave where it was made.</summary>
internal static class GoldenSamples
{
    /// <summary>The bundle's golden samples with the scores they get now, on the CPU: what every other machine and device is held against.</summary>
    /// <param name="bundle">The bundle; expected scores it has already are not looked at.</param>
    /// <exception cref="BundleException">A sample cannot be inspected.</exception>
    public static List<GoldenSample> Expect(Bundle bundle)
    {
        var cpu = new InferenceOptions { Provider = ExecutionProvider.Cpu };
        var scores = bundle.Profiles.ToDictionary(key => key, key => Scores(bundle, key, cpu));
        return [.. bundle.Manifest.GoldenSamples.Select((sample, i) => sample with { Scores = scores.ToDictionary(s => s.Key, s => s.Value[i]) })];
    }

    /// <summary>Inspects every golden sample with one profile in one precision.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="profile">A profile of it.</param>
    /// <param name="inference">Where and how the network runs; null takes the best device there is.</param>
    /// <returns>One result a sample, in the manifest's order.</returns>
    /// <exception cref="BundleException">The bundle has no golden samples, no expected score of this profile in this precision, or a sample cannot be inspected.</exception>
    /// <exception cref="DeviceException">The device asked for does not work.</exception>
    public static IReadOnlyList<GoldenScore> Check(Bundle bundle, ProfileKey profile, InferenceOptions? inference = null)
    {
        var samples = bundle.Manifest.GoldenSamples;
        var manifest = Path.Combine(bundle.Folder, BundleFolder.ManifestName);
        if (samples.Count == 0)
            throw new BundleException($"{manifest}: golden_samples is empty, so nothing proves that the bundle works here; make it again with the trainer.");
        for (var i = 0; i < samples.Count; i++)
            if (!samples[i].Scores.TryGetValue(profile, out var expected) || !double.IsFinite(expected))
                throw new BundleException($"{manifest}: golden_samples[{i}].scores.{profile} is missing or not a number; calibrate the bundle again.");
        var scores = Scores(bundle, profile, inference ?? new InferenceOptions());
        return [.. samples.Select((sample, i) =>
            new GoldenScore(sample.Path, profile.Name, profile.Precision, sample.Scores[profile], scores[i], bundle.Manifest.GoldenTolerance))];
    }

    private static double[] Scores(Bundle bundle, ProfileKey profile, InferenceOptions inference)
    {
        using var model = Model.Open(bundle, new ModelOptions { Profile = profile.Name, Precision = profile.Precision, Inference = inference });
        using var inspector = model.CreateInspector();
        InspectionResult? result = null;
        try
        {
            return [.. bundle.GoldenSamplePaths.Select(path => (result = inspector.Inspect(path, result)).Score)];
        }
        catch (EdgeException e) when (e is PictureException or InspectionException)
        {
            throw new BundleException($"golden sample {e.Message}", e);
        }
    }
}
