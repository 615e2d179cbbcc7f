using System.CommandLine;
using System.Globalization;
using Edge.CommandLine;
using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inference;
using Edge.Runtime.Inspection;
using Edge.Runtime.Scoring;

namespace Edge.Training.Commands;

/// <summary><c>edge-train backbone</c>: a profile that compares picture and reconstruction in the layers of a network from elsewhere.</summary>
internal static class BackboneCommand
{
    private static readonly string[] Templates = ["guided", "reconstruct"];

    public static Command Create()
    {
        var standard = new Backbone();
        var output = new Option<string>("--out") { HelpName = "bundle", Description = "The bundle that gets the profile.", Required = true };
        var onnx = new Option<string>("--onnx") { HelpName = "file", Description = "The network: one input [N, C, H, W] with C 1 or 3, height and width free, its weights in the file.", Required = true };
        var layers = new Option<string[]>("--layer") { HelpName = "name", Description = "An output [N, C, H, W] to compare; more than one are added up.", Required = true, AllowMultipleArgumentsPerToken = true };
        var mean = Numbers("--mean", "Mean of each channel, for values of 0..1. Default: ImageNet's.", standard.Mean);
        var deviation = Numbers("--deviation", "Standard deviation of each channel, for values of 0..1. Default: ImageNet's.", standard.Deviation);
        var name = new Option<string>("--name") { HelpName = "profile", Description = "Name of the profile.", DefaultValueFactory = _ => "backbone" };
        var data = new Option<string?>("--data") { HelpName = "folder", Description = "Good pictures that took no part in training. Default: those the bundle's training held out." };
        var command = new Command("backbone", """
            Adds a profile that compares a picture with its reconstruction by the activations of any ONNX network.
            It reconstructs as the bundle's 'guided' does (or 'reconstruct'), and is calibrated on good pictures. The bundle is replaced when all is
            done and proved, or not at all. A bundle has one backbone; the same command again replaces it.
            """) { output, onnx, layers, mean, deviation, name, data };
        command.SetAction((parsed, stop) => Task.Run(() =>
        {
            var backbone = new Backbone { Mean = [.. parsed.GetValue(mean)!], Deviation = [.. parsed.GetValue(deviation)!] };
            Add(parsed.GetValue(output)!, parsed.GetValue(onnx)!, backbone, parsed.GetValue(layers)!, parsed.GetValue(name)!, parsed.GetValue(data),
                parsed.InvocationConfiguration.Error.WriteLine, stop);
            return CommandHost.Ok;
        }, CancellationToken.None));
        return command;
    }

    private static void Add(string output, string onnx, Backbone backbone, string[] layers, string name, string? data, Action<string> log, CancellationToken stop)
    {
        var bundle = Bundle.Load(output);
        RequireName(bundle, name);
        var pictures = Pictures(bundle, output, data, "--data");
        using (FeatureNetwork.OpenBackbone(onnx, layers, backbone.Mean, backbone.Deviation, new InferenceOptions { Provider = ExecutionProvider.Cpu }))
        {
            // Faults of the file are told before anything is copied, and by the name it was given.
        }

        // A name of its own content: the backbone there was stays whole until the manifest no longer names it.
        var file = Copy(onnx, bundle.Folder);
        var manifest = bundle.Manifest with
        {
            Network = bundle.Manifest.Network with { Backbone = backbone with { File = file } },
            Version = DateTime.UtcNow.ToString("yyyyMMdd.HHmmss.fff", CultureInfo.InvariantCulture),
            Created = DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture),
        };
        var before = bundle.Manifest.Network.Backbone?.File.Path;
        var named = before;
        try
        {
            BundleRules.Check(manifest, BundleManifest.PathIn(bundle.Folder));
            log($"Calibrating {name} on {pictures.Count} pictures ...");
            using var calibrator = new Calibrator(bundle.Folder, manifest.Network, manifest.Preprocessing, new InferenceOptions { Provider = ExecutionProvider.Cpu });
            var profiles = bundle.ProfileNames.ToDictionary(known => known, bundle.Profile);
            profiles[name] = calibrator.Calibrate(Settings(bundle, layers), pictures, data is null ? "training" : Path.GetFileName(Path.GetFullPath(data).TrimEnd('/')),
                progress: _ => stop.ThrowIfCancellationRequested());
            foreach (var aside in profiles[name].Calibration.SetAside)
                Console.Error.WriteLine($"{aside.Picture} is unlike all the others (score {aside.Score:G4}) and was left out; look at it.");
            BundleRevision.Save(bundle, manifest, profiles);
            named = file.Path;
        }
        finally
        {
            foreach (var path in (string?[])[before, file.Path])
                if (path is not null && path != named)
                    File.Delete(Path.Combine(bundle.Folder, path));
        }
        log($"{output}: profile {name} compares {string.Join(", ", layers)} of {file.Path}.");
    }

    private static void RequireName(Bundle bundle, string name)
    {
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
            throw new ArgumentException($"--name '{name}': a profile's name is of letters, digits, - and _.");
        if (bundle.ProfileNames.Contains(name) && !ReadsBackbone(bundle, name))
            throw new ArgumentException($"--name {name}: the bundle has that profile, which reads no backbone; name a new one.");
        if (bundle.ProfileNames.FirstOrDefault(other => other != name && ReadsBackbone(bundle, other)) is { } user)
            throw new ArgumentException($"the bundle has a backbone already, which its profile {user} reads; replace both with --name {user}.");
    }

    private static bool ReadsBackbone(Bundle bundle, string name) => bundle.Profile(name).Reconstruction?.BackboneFeatures.Count > 0;

    /// <summary>Files of good pictures that took no part in training: those of a folder, or those the training held out; enough for the bundle's false-reject rate.</summary>
    public static IReadOnlyList<string> Pictures(Bundle bundle, string output, string? data, string option)
    {
        var heldOut = new TrainingFolder(output).HeldOut;
        if (data is null && !File.Exists(heldOut))
            throw new ArgumentException($"{heldOut}: missing; name a folder of good pictures that took no part in training with {option}.");
        var pictures = PictureFolder.List(data ?? heldOut);
        TrainedPictures.RequireNone(bundle.Folder, pictures, $"{option} {data ?? heldOut}");
        return ConformalThreshold.PicturesNeeded(bundle.Manifest.Alpha) is var needed && pictures.Count >= needed
            ? pictures
            : throw new PictureException($"{data ?? heldOut}: {pictures.Count} pictures; the bundle's {bundle.Manifest.Alpha:P2} false rejects need {needed}.");
    }

    private static Profile Settings(Bundle bundle, string[] layers)
    {
        var template = Templates.Concat(bundle.ProfileNames).FirstOrDefault(name => bundle.ProfileNames.Contains(name) && bundle.Profile(name).Reconstruction is not null)
            ?? throw new BundleException($"{bundle.Folder}: no profile reconstructs, so there is nothing to compare; make the bundle anew with edge-train export.");
        var profile = bundle.Profile(template);
        return profile with
        {
            Reconstruction = profile.Reconstruction! with { Features = [], BackboneFeatures = [.. layers] },
            Map = profile.Map with { Aggregation = MapAggregation.Weighted, Weights = [1, 1] },
        };
    }

    private static FileEntry Copy(string onnx, string folder)
    {
        var draft = Path.Combine(folder, "backbone.onnx.new");
        File.Copy(onnx, draft, overwrite: true);
        var hash = BundleFolder.Hash(draft);
        var file = new FileEntry { Path = $"backbone-{hash[..8]}.onnx", Sha256 = hash };
        File.Move(draft, Path.Combine(folder, file.Path), overwrite: true);
        return file;
    }

    private static Option<double[]> Numbers(string name, string description, List<double> standard) => new(name)
    {
        HelpName = "a,b,c",
        Description = description,
        DefaultValueFactory = _ => [.. standard],
        CustomParser = result =>
        {
            var values = new List<double>();
            foreach (var text in result.Tokens.SelectMany(token => token.Value.Split(',')))
                if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
                    values.Add(value);
                else
                    result.AddError($"{name}: '{text}' is no number; write such as {string.Join(',', standard.Select(v => v.ToString(CultureInfo.InvariantCulture)))}.");
            return [.. values];
        },
    };
}
