using Edge.Runtime;
using System.Security.Cryptography;
using System.Text;
using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inference;
using Edge.Runtime.Inspection;
using OpenCvSharp;

namespace Edge.Testing;

/// <summary>
/// A bundle without a training: its network is a fixed 3x3 convolution, so that noise of one strength is normal and a hard edge is not.
/// Two profiles: "levels" reads one noise level, "rebuild" reconstructs and compares pixels and features.
/// </summary>
internal sealed class TinyBundle : IDisposable
{
    public const int Normals = 24;

    /// <summary>How many of the normals give the scores; every fifth fits the constants.</summary>
    public const int Calibrated = 19;
    public const double Alpha = 0.05;
    private const int Side = 64;

    // Calibrated once; every test gets a copy it may damage.
    private static readonly Lazy<IReadOnlyDictionary<string, byte[]>> Made = new(Make);

    private readonly TemporaryFolder root = new();

    public TinyBundle()
        : this(Made.Value)
    {
    }

    private TinyBundle(IReadOnlyDictionary<string, byte[]> files)
    {
        foreach (var (name, content) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
            File.WriteAllBytes(At(name), content);
        }
    }

    public static InferenceOptions Cpu { get; } = new() { Provider = ExecutionProvider.Cpu, IntraOpThreads = 1 };

    /// <summary>The bundle's folder.</summary>
    public string Folder => At("bundle");

    public string ManifestPath => Path.Combine(Folder, "bundle.yaml");

    /// <summary>What it was calibrated on.</summary>
    public IReadOnlyList<string> NormalPaths => [.. Directory.GetFiles(At("normals")).Order(StringComparer.Ordinal)];

    /// <summary>Like a normal, with faint stripes on the 16x16 pixels at (4, 4): its score finds it, and the gate does not.</summary>
    public string DefectPath => At("defect.png");

    /// <summary>A place beside the bundle.</summary>
    public string At(string name) => Path.Combine(root.Path, name);

    /// <summary>Writes more normals into a folder.</summary>
    public IReadOnlyList<string> Pictures(string folder, int seed, int count)
    {
        Directory.CreateDirectory(At(folder));
        return [.. Enumerable.Range(0, count).Select(i => Picture($"{folder}/{i:000}.png", 1000 * seed + i))];
    }

    /// <summary>Writes a picture of noise of 20 levels about mid grey. A defect is stripes, so far apart from one another.</summary>
    public string Picture(string name, int seed, bool defect = false, int side = Side, int contrast = 80)
    {
        var random = new Random(seed);
        var pixels = new byte[side * side];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(118 + random.Next(20));
        if (defect)
            for (var i = 0; i < 16 * 16; i++)
                pixels[(4 + i / 16) * side + 4 + i % 16] = (byte)(128 - contrast / 2 + i / 16 % 2 * contrast);
        File.WriteAllBytes(At(name), TestPictures.Encode(".png", pixels, side, side, MatType.CV_8UC1));
        return At(name);
    }

    /// <summary>Adds a network for t = 25 alone, the same convolution as the other's, and the profile "levels" in int8 that reads it.</summary>
    public void AddInt8()
    {
        var bundle = Bundle.Load(Folder);
        var manifest = bundle.Manifest with { Network = bundle.Manifest.Network with { Int8 = new() { ["t25"] = new FileEntry { Path = "int8/t25.onnx" } } } };
        Directory.CreateDirectory(At("bundle/int8"));
        Write("int8/t25.onnx", manifest.Network, Eps(new TinyOnnx().Input("x", "N,1,H,W").Metadata(OnnxDenoiser.TimestepKey, "25")));
        var profiles = bundle.Profiles.ToDictionary(key => key, bundle.Profile);
        using (var calibrator = new Calibrator(Folder, manifest.Network, manifest.Preprocessing, Cpu))
        {
            var settings = new Dictionary<ProfileKey, Profile> { ["levels:int8"] = bundle.Profile("levels") };
            // Another source, so that the file differs from fp32's.
            foreach (var (key, profile) in calibrator.Calibrate(settings, CalibrationPictures.Of(NormalPaths, "test int8")))
                profiles[key] = profile;
        }
        BundleWriter.Save(manifest, profiles, Folder);
        BundleWriter.Save(manifest with { GoldenSamples = GoldenSamples.Expect(Bundle.Load(Folder)) }, profiles, Folder);
    }

    /// <summary>
    /// Adds networks of log-odds and memory and the profile "planes" that reads both. The log-odds are 20 times the difference of a pixel from the mean of its
    /// neighbours above and below, the distance is 10 times the same.
    /// </summary>
    /// <param name="int8">Also gives the profile in int8, with copies of the networks.</param>
    public void AddPlanes(bool int8 = false)
    {
        var bundle = Bundle.Load(Folder);
        var network = bundle.Manifest.Network with
        {
            LogOdds = new FileEntry { Path = "log_odds.onnx" }, Memory = new FileEntry { Path = "memory.onnx" }, Backbone = "one number a row",
        };
        Write("log_odds.onnx", network, Rows("log_odds", 20));
        Write("memory.onnx", network, Rows("memory", 10));
        if (int8)
        {
            Directory.CreateDirectory(At("bundle/int8"));
            Write("int8/log_odds.onnx", network, Rows("log_odds", 20));
            Write("int8/memory.onnx", network, Rows("memory", 10));
            network = network with { Int8 = new() { ["log_odds"] = new FileEntry { Path = "int8/log_odds.onnx" }, ["memory"] = new FileEntry { Path = "int8/memory.onnx" } } };
        }
        var map = new MapSettings { Widths = [2], TopPixels = 50, Relative = false, Suppress = false };
        var planes = new Profile { Readings = [new Reading { LogOdds = true, Map = map }, new Reading { Memory = true, Map = map }] };
        var settings = new Dictionary<ProfileKey, Profile> { ["planes"] = planes };
        if (int8)
            settings["planes:int8"] = planes;
        var profiles = bundle.Profiles.ToDictionary(key => key, bundle.Profile);
        using (var calibrator = new Calibrator(Folder, network, bundle.Manifest.Preprocessing, Cpu))
            foreach (var (key, profile) in calibrator.Calibrate(settings, CalibrationPictures.Of(NormalPaths, "test")))
                profiles[key] = profile;
        BundleWriter.Save(bundle.Manifest with { Network = network, GoldenSamples = [] }, profiles, Folder);
    }

    /// <summary>Puts a network in place of the bundle's that answers every picture with infinity, or NaN where the picture is 0.</summary>
    public void BreakNetwork()
    {
        var bundle = Bundle.Load(Folder);
        Write("eps.onnx", bundle.Manifest.Network, new TinyOnnx().Input("x", "N,1,H,W").Input("t", "N").Constant("infinity", [1], [float.PositiveInfinity])
            .Node("Mul", ["x", "infinity"], "eps").Output("eps", "N,1,H,W"));
        BundleWriter.Save(bundle.Manifest, bundle.Profiles.ToDictionary(key => key, bundle.Profile), Folder);
    }

    /// <summary>Changes the manifest's text.</summary>
    public void EditManifest(Func<string, string> edit)
    {
        var before = File.ReadAllText(ManifestPath);
        File.WriteAllText(ManifestPath, Edited(before, edit));
    }

    /// <summary>Changes a file's text and its hash in the manifest.</summary>
    public void EditFile(string path, Func<string, string> edit)
    {
        var full = Path.Combine(Folder, path);
        var before = File.ReadAllText(full);
        var after = Edited(before, edit);
        File.WriteAllText(full, after);
        EditManifest(text => text.Replace(Hash(before), Hash(after)));
    }

    private static string Edited(string before, Func<string, string> edit) =>
        edit(before) is var after && after != before
            ? after
            : throw new InvalidOperationException("The edit changed nothing; what it looks for is not there.");

    /// <summary>The file of a profile in one precision, within the bundle.</summary>
    public string ProfilePath(ProfileKey key)
    {
        var entry = Bundle.Load(Folder).Manifest.Profiles[key.Name];
        return key.Precision == Precision.Int8 ? entry.Int8!.Path : entry.Path;
    }

    /// <summary>Every file's content, by its place in the bundle.</summary>
    public IReadOnlyDictionary<string, byte[]> Contents() => Contents(Folder);

    public void Dispose() => root.Dispose();

    private static IReadOnlyDictionary<string, byte[]> Make()
    {
        using var tiny = new TinyBundle(new Dictionary<string, byte[]>());
        var normals = tiny.Pictures("normals", 1, Normals);
        tiny.Picture("defect.png", 99, defect: true);
        Directory.CreateDirectory(tiny.At("bundle/golden"));
        for (var i = 0; i < 2; i++)
            File.Copy(normals[i], tiny.At($"bundle/golden/good_{i}.png"));
        var network = tiny.Networks();

        var preprocessing = new Preprocessing();
        using var calibrator = new Calibrator(tiny.Folder, network, preprocessing, Cpu);
        var profiles = calibrator.Calibrate(Settings(), CalibrationPictures.Of(normals, "test"));
        var manifest = new BundleManifest
        {
            Id = "tiny", Version = "1", Created = "2026-01-01T00:00:00Z", TrainerVersion = "0", Network = network, Preprocessing = preprocessing,
            DefaultProfile = "levels", Alpha = Alpha, GoldenSamples = [.. Enumerable.Range(0, 2).Select(i => new GoldenSample { Path = $"golden/good_{i}.png" })],
        };
        BundleWriter.Save(manifest, profiles, tiny.Folder);
        BundleWriter.Save(manifest with { GoldenSamples = GoldenSamples.Expect(Bundle.Load(tiny.Folder)) }, profiles, tiny.Folder);
        return Contents(tiny.root.Path);
    }

    private static IReadOnlyDictionary<string, byte[]> Contents(string folder) =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(path => Path.GetRelativePath(folder, path), File.ReadAllBytes);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static Dictionary<ProfileKey, Profile> Settings() => new()
    {
        ["levels"] = new Profile { Readings = [new Reading { TScales = new TScaleSettings { Timesteps = [25] }, Map = new MapSettings { Widths = [1, 4], TopPixels = 50 } }] },
        ["rebuild"] = new Profile
        {
            Readings =
            [
                new Reading
                {
                    Reconstruction = new ReconstructionSettings { Sampler = new SamplerOptions { StartT = 50, Skip = 25 }, Features = ["half"] },
                    Map = new MapSettings { Widths = [2], TopPixels = 50 },
                },
            ],
        },
    };

    private NetworkManifest Networks()
    {
        var network = new NetworkManifest
        {
            Channels = 1, SizeMultiple = 8, TMax = 300, Eps = new FileEntry { Path = "eps.onnx" }, Features = new FileEntry { Path = "features.onnx" },
            Weights = new FileEntry { Path = "weights.bin" },
        };
        Write("eps.onnx", network, Eps(new TinyOnnx().Input("x", "N,1,H,W").Input("t", "N")));
        Write("features.onnx", network, new TinyOnnx().Input("x", "N,1,H,W").Input("t", "N")
            .Constant("w", [2, 1, 3, 3], [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, -4, 1, 0, 1, 0]).Node("Conv", ["x", "w"], "pair", ("pads", [1, 1, 1, 1]))
            .Node("AveragePool", ["pair"], "half", ("kernel_shape", [2, 2]), ("strides", [2, 2])).Output("half", "N,2,h,w"));
        File.WriteAllBytes(Path.Combine(Folder, "weights.bin"), new byte[64]);
        return network;
    }

    private static TinyOnnx Eps(TinyOnnx inputs) => inputs
        .Constant("w", [1, 1, 3, 3], [0, .1f, 0, .1f, -.4f, .1f, 0, .1f, 0]).Node("Conv", ["x", "w"], "eps", ("pads", [1, 1, 1, 1])).Output("eps", "N,1,H,W");

    private static TinyOnnx Rows(string output, float factor) => new TinyOnnx().Input("x", "N,1,H,W")
        .Constant("w", [1, 1, 3, 3], [0, -factor / 2, 0, 0, factor, 0, 0, -factor / 2, 0]).Node("Conv", ["x", "w"], "rows", ("pads", [1, 1, 1, 1])).Node("Abs", ["rows"], output).Output(output, "N,1,H,W");

    /// <summary>Writes a network into the bundle, with what the manifest says of it.</summary>
    public void Write(string name, NetworkManifest network, TinyOnnx onnx)
    {
        foreach (var (key, value) in NetworkMetadata.Of(network))
            onnx.Metadata(key, value);
        onnx.Write(root, Path.Combine("bundle", name));
    }
}
