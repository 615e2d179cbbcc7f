using System.Text.RegularExpressions;
using Edge.Runtime.Bundles;
using Edge.Runtime.Inspection;
using Edge.Testing;

namespace Edge.Runtime.Tests.Bundles;

public sealed class BundleTests : IDisposable
{
    private readonly TinyBundle tiny = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void Load_Sound_HasEverything()
    {
        var bundle = Bundle.Load(tiny.Folder);

        Assert.Equal("tiny", bundle.Id);
        Assert.Equal(["levels", "rebuild"], bundle.ProfileNames);
        Assert.Equal(TinyBundle.Calibrated, bundle.Profile().Calibration.Scores.Count);
        Assert.Equal(2, bundle.GoldenSamplePaths.Count);
        Assert.Equal(64, bundle.Hash.Length);
    }

    [Fact]
    public void Load_OneByteChangedInAnyFile_NamesTheFile()
    {
        foreach (var (name, content) in tiny.Contents().Where(file => file.Key != "bundle.yaml"))
        {
            var path = Path.Combine(tiny.Folder, name);
            byte[] changed = [.. content];
            changed[changed.Length / 2] ^= 1;
            File.WriteAllBytes(path, changed);
            Refused(path, "damaged or changed", "sha256");
            File.WriteAllBytes(path, content);
        }
        Bundle.Load(tiny.Folder);
    }

    [Fact]
    public void Load_AnyFileMissing_NamesTheFile()
    {
        foreach (var (name, content) in tiny.Contents())
        {
            var path = Path.Combine(tiny.Folder, name);
            File.Delete(path);
            Refused(path, "missing");
            File.WriteAllBytes(path, content);
        }
        Bundle.Load(tiny.Folder);
    }

    [Theory]
    [InlineData("widths:\n    - 1", "widths:\n    -")]
    [InlineData("timesteps:", "timesteps:\n  map:")]
    [InlineData("timesteps:", "timesteps: [[[[\u0001")]
    public void Load_ProfileWithAValueMissingOrNoYaml_NamesTheLine(string before, string after)
    {
        var profile = tiny.ProfilePath("levels");
        tiny.EditFile(profile, text => text.Replace(before, after));
        Refused(profile, "line");
    }

    [Fact]
    public void Load_NestedWithoutEnd_IsRefused()
    {
        tiny.EditManifest(text => text + "x: " + new string('[', 100_000));
        Refused("bundle.yaml", "nested too deeply");
    }

    [Fact]
    public void Load_ManifestCutAnywhere_IsRefused()
    {
        var whole = File.ReadAllText(tiny.ManifestPath);
        foreach (var length in new[] { 0, 1, whole.IndexOf("sha256:", StringComparison.Ordinal) + 20, whole.IndexOf("profiles:", StringComparison.Ordinal) })
        {
            File.WriteAllText(tiny.ManifestPath, whole[..length]);
            Refused("bundle.yaml");
        }
    }

    [Fact]
    public void Load_NoFolder_SaysWhatABundleIs() =>
        Assert.Contains("no such folder", Assert.Throws<BundleException>(() => Bundle.Load(tiny.At("absent"))).Message);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Load_FormerSchema_SaysHowToMakeItAnew(int schema)
    {
        // A key that only the former schema knew must not hide the reason.
        tiny.EditManifest(text => text.Replace($"schema_version: {BundleManifest.CurrentSchema}", $"schema_version: {schema}\nzones: border"));
        Refused("bundle.yaml", $"schema_version is {schema}", "edge-train");
    }

    [Fact]
    public void Load_FutureSchema_AsksForAnUpdate()
    {
        // A key that only the future knows must not hide the reason.
        tiny.EditManifest(text => text.Replace($"schema_version: {BundleManifest.CurrentSchema}", $"schema_version: {BundleManifest.CurrentSchema + 1}\nwarp: 9"));
        Refused("bundle.yaml", $"schema_version {BundleManifest.CurrentSchema + 1}", "update");
    }

    [Theory]
    [InlineData("id: tiny", "id: ''", "id is missing")]
    [InlineData("alpha: 0.05", "alpha: 1.5", "alpha 1.5")]
    [InlineData("alpha: 0.05", "alpha: a few", "line")]
    [InlineData("alpha: 0.05", "alpha: .nan", "alpha")]
    [InlineData("channels: 1", "channels: 4", "network.channels 4")]
    [InlineData("prediction_type: epsilon", "prediction_type: v", "network.prediction_type 'v'")]
    [InlineData("default_profile: levels", "default_profile: none", "default_profile 'none'")]
    [InlineData("path: eps.onnx", "path: ../eps.onnx", "leads out of the bundle")]
    [InlineData("path: eps.onnx", "path: /eps.onnx", "leads out of the bundle")]
    [InlineData("trainer_version:", "trainer_virsion:", "trainer_virsion")]
    public void Load_FieldOutOfRange_NamesIt(string from, string to, string says)
    {
        tiny.EditManifest(text => text.Replace(from, to));
        Refused("bundle.yaml", says);
    }

    [Theory]
    [InlineData("levels", "- 25", "- 300", "t_scales.timesteps")]
    [InlineData("levels", "top_pixels: 50", "top_pixels: 0", "top_pixels 0")]
    [InlineData("levels", "    widths:\n    - 1\n", "    widths:\n    - 5\n", "readings[0].map.widths")]
    [InlineData("levels", "    widths:\n    - 1\n", "    widths:\n", "readings[0].constants.plane_weight")]
    [InlineData("levels", "    plane_weight:\n    - ", "    plane_weight:\n    - -", "readings[0].constants.plane_weight")]
    [InlineData("levels", "    width_mean:\n", "    width_mean:\n    - 0\n", "readings[0].constants.width_mean")]
    [InlineData("levels", "    width_deviation:\n", "    width_deviation:\n    - 1\n", "readings[0].constants.width_deviation")]
    [InlineData("levels", "    width_deviation:\n    - ", "    width_deviation:\n    - -", "readings[0].constants.width_deviation")]
    [InlineData("levels", "    width_limit:\n", "    width_limit:\n    - 1\n", "readings[0].constants.width_limit")]
    [InlineData("levels", "    mean:\n", "    mean:\n    - 1\n", "readings[0].constants.mean")]
    [InlineData("levels", "    deviation:\n", "    deviation:\n    - 1\n", "readings[0].constants.deviation")]
    [InlineData("levels", "    deviation:\n    - ", "    deviation:\n    - -", "readings[0].constants.deviation")]
    [InlineData("levels", "    median_low:\n", "    median_low:\n    - 0\n", "readings[0].constants.median_low and median_high")]
    [InlineData("levels", "    median_low:\n    - ", "    median_low:\n    - 1 # ", "readings[0].constants.median_low and median_high")]
    [InlineData("levels", "relative: true", "relative: false", "readings[0].constants.median_low and median_high")]
    [InlineData("levels", "    median_usual:\n    - ", "    median_usual:\n    - -", "readings[0].constants.median_usual")]
    [InlineData("levels", "      start: ", "      start: -", "readings[0].constants.tail")]
    [InlineData("levels", "      shape: ", "      shape: -", "readings[0].constants.tail")]
    [InlineData("levels", "log_odds: false", "log_odds: true", "readings[0].t_scales, log_odds, memory and reconstruction")]
    [InlineData("levels", "memory: false", "memory: true", "readings[0].t_scales, log_odds, memory and reconstruction")]
    [InlineData("levels", "statistic: contrast", "statistic: colour", "gate must name brightness, contrast, sharpness, median t25, score t_scales")]
    [InlineData("levels", "gate:\n", "gate:\n- statistic: brightness\n  low: -1\n  high: 0\n", "gate must name")]
    [InlineData("levels", "- statistic: brightness\n  low: ", "- statistic: brightness\n  low: .nan # ", "gate has a range")]
    [InlineData("levels", "- statistic: brightness\n  low: -", "- statistic: brightness\n  low: ", "gate has a range")]
    [InlineData("levels", "  scores:\n", "  scores:\n  - .nan\n", "calibration.scores")]
    [InlineData("levels", "  scores:\n", "  scores:\n  - -1\n", "calibration.scores")]
    [InlineData("levels", "calibration:\n", "calibration:\n  groups:\n  - 1\n  - 2\n", "calibration.groups has 2 entries, scores has 19")]
    [InlineData("levels", "  pictures:\n", "  pictures:\n  - one_more.png\n", "calibration.pictures has 20 entries, scores has 19")]
    [InlineData("levels", "t_scales:", "t_scale:", "t_scale")]
    [InlineData("levels", "top_pixels: 50", "top_pixels: 2000000000", "top_pixels 2000000000")]
    [InlineData("rebuild", "start_t: 50", "start_t: 300", "reconstruction.sampler.start_t 300")]
    [InlineData("rebuild", "start_t: 50", "start_t: 0", "reconstruction.sampler.start_t 0")]
    [InlineData("rebuild", "skip: 25", "skip: 0", "reconstruction.sampler.skip 0")]
    [InlineData("rebuild", "eta: 0", "eta: 2", "reconstruction.sampler.eta 2")]
    [InlineData("rebuild", "blur_kernel: 31", "blur_kernel: 30", "reconstruction.sampler.blur_kernel 30")]
    [InlineData("rebuild", "condition_weight: 0", "condition_weight: .nan", "reconstruction.sampler.condition_weight NaN")]
    [InlineData("rebuild", "top_pixels: 50", "top_pixels: 50\n    weights: [1]", "readings[0].map.weights must hold 2")]
    [InlineData("rebuild", "top_pixels: 50", "top_pixels: 50\n    weights: [2, -1]", "readings[0].map.weights")]
    [InlineData("rebuild", "top_pixels: 50", "top_pixels: 50\n    weights: [0, 0]", "readings[0].map.weights")]
    public void Load_ProfileOutOfRange_NamesFileAndField(string profile, string from, string to, string field)
    {
        var path = tiny.ProfilePath(profile);
        tiny.EditFile(path, text => text.Replace(from, to));
        Refused(path, field);
    }

    [Theory]
    [InlineData(0, "readings has 0 entries, not 1..4")]
    [InlineData(2, "readings names one kind of reading twice")]
    [InlineData(5, "readings has 5 entries, not 1..4")]
    public void Load_ReadingsNoneTwiceOrTooMany_IsRefused(int count, string says)
    {
        var path = tiny.ProfilePath("levels");
        tiny.EditFile(path, text => Regex.Replace(text, "(?s)readings:\n(.*)(?=seed:)", readings => Repeated(readings.Groups[1].Value)));
        Refused(path, says);

        string Repeated(string reading) => count == 0 ? "readings: []\n" : "readings:\n" + string.Concat(Enumerable.Repeat(reading, count));
    }

    [Theory]
    [InlineData("log_odds")]
    [InlineData("memory")]
    public void Load_AReadingWhoseNetworkTheManifestDoesNotName_NamesFileFieldAndNetwork(string plane)
    {
        tiny.AddPlanes();
        var profile = tiny.ProfilePath("planes");
        tiny.EditManifest(text => Regex.Replace(text, $"  {plane}:\n    path: .*\n    sha256: .*\n", ""));
        Refused(profile, $"readings[{(plane == "memory" ? 1 : 0)}].{plane} asks for a network that bundle.yaml does not name (network.{plane})");
    }

    [Theory]
    [InlineData("log_odds")]
    [InlineData("memory")]
    public void Load_APlaneInInt8WithoutANetwork_NamesFileAndPlane(string plane)
    {
        tiny.AddPlanes(int8: true);
        var profile = tiny.ProfilePath("planes:int8");
        tiny.EditManifest(text => Regex.Replace(text, $"    {plane}:\n      path: .*\n      sha256: .*\n", ""));
        Refused(profile, $"readings[{(plane == "memory" ? 1 : 0)}] asks for int8 networks of [{plane}]; network.int8 of bundle.yaml has [{(plane == "memory" ? "log_odds" : "memory")}]");
    }

    [Theory]
    [InlineData("log_odds.onnx", "network.log_odds")]
    [InlineData("memory.onnx", "network.memory")]
    [InlineData("int8/memory.onnx", "network.int8.memory")]
    public void Load_ANetworkOfAPlaneMissingOrChanged_NamesFileAndField(string file, string field)
    {
        tiny.AddPlanes(int8: true);
        Assert.Contains(file, Bundle.Load(tiny.Folder).Files);
        var path = Path.Combine(tiny.Folder, file);
        File.AppendAllText(path, "x");
        Refused(path, $"damaged or changed: {field}.sha256");
        File.Delete(path);
        Refused(path, $"missing, but {field} in bundle.yaml names it");
    }

    [Fact]
    public void Save_PlanesWithNetworks_ComesBackAsItWas()
    {
        tiny.AddPlanes(int8: true);
        var before = Bundle.Load(tiny.Folder);

        BundleWriter.Save(before.Manifest, before.Profiles.ToDictionary(key => key, before.Profile), tiny.Folder);

        var after = Bundle.Load(tiny.Folder);
        Assert.Equal(before.Hash, after.Hash);
        Assert.Equal(("log_odds.onnx", "memory.onnx"), (after.Manifest.Network.LogOdds!.Path, after.Manifest.Network.Memory!.Path));
        Assert.Equal(["log_odds", "memory"], after.Profile("planes").Planes);
    }

    [Fact]
    public void Load_GateInAnotherOrder_NamesTheOrder()
    {
        var path = tiny.ProfilePath("levels");
        tiny.EditFile(path, text =>
            text.Replace("c: brightness", "c: swapped").Replace("c: contrast", "c: brightness").Replace("c: swapped", "c: contrast"));
        Refused(path, "gate must name brightness, contrast, sharpness, median t25, score t_scales, in this order");
    }

    [Theory]
    [InlineData("scores: []", "is empty")]
    [InlineData("scores: [.inf, .inf]", "unlike the others")]
    public void Load_NoFiniteScore_IsRefused(string scores, string says)
    {
        var path = tiny.ProfilePath("levels");
        tiny.EditFile(path, text => Regex.Replace(text, "(?s)scores:.*", scores + "\n"));
        Refused(path, "calibration.scores", says);
    }

    [Fact]
    public void Load_UnsortedScores_IsRefused()
    {
        var path = tiny.ProfilePath("levels");
        tiny.EditFile(path, text => text.Replace("  scores:\n", "  scores:\n  - 1e9\n"));
        Refused(path, "calibration.scores", "ascending");
    }

    [Fact]
    public void Load_NameOfAProfileWithAColon_IsRefused()
    {
        tiny.EditManifest(text => text.Replace("  rebuild:\n    path:", "  rebuild:int8:\n    path:"));
        Refused(tiny.ManifestPath, "profiles", "'rebuild:int8'");
    }

    [Fact]
    public void Load_GoldenScoreOfAnUnknownPrecision_NamesLineAndPrecisions()
    {
        tiny.EditManifest(text => text.Replace("    rebuild: ", "    rebuild:int4: "));
        Refused(tiny.ManifestPath, "line ", "'rebuild:int4'", "fp32, int8");
    }

    [Fact]
    public void Profile_Unknown_NamesThoseThereAre() =>
        Assert.Contains("levels, rebuild", Assert.Throws<BundleException>(() => Bundle.Load(tiny.Folder).Profile("other")).Message);

    [Fact]
    public void Open_NetworkOfAnotherShape_NamesFileAndField()
    {
        tiny.EditManifest(text => text.Replace("size_multiple: 8", "size_multiple: 4"));

        var fault = Assert.Throws<BundleException>(() => Opened.Inspector(tiny.Folder).Dispose());

        Assert.Contains("eps.onnx", fault.Message);
        Assert.Contains("edge.size_multiple", fault.Message);
    }

    [Fact]
    public void Save_InPlace_ReplacesTheProfile()
    {
        var bundle = Bundle.Load(tiny.Folder);

        Save(bundle, seed: 7);

        var saved = Bundle.Load(tiny.Folder);
        Assert.Equal(7ul, saved.Profile("levels").Seed);
        Assert.NotEqual(bundle.Hash, saved.Hash);
        Assert.Equal(bundle.Profile("rebuild").Calibration.Scores, saved.Profile("rebuild").Calibration.Scores);
    }

    [Fact]
    public void Save_InPlace_KeepsTheSupersededProfileUntilTheNextSave()
    {
        var bundle = Bundle.Load(tiny.Folder);
        var first = bundle.Manifest.Profiles["levels"].Path;

        Save(bundle, seed: 7);
        var second = Bundle.Load(tiny.Folder).Manifest.Profiles["levels"].Path;
        Assert.Equal(9, tiny.Contents().Count);
        Assert.Contains(first, tiny.Contents().Keys);

        Save(bundle, seed: 8);
        Assert.Equal(9, tiny.Contents().Count);
        Assert.DoesNotContain(first, tiny.Contents().Keys);
        Assert.Contains(second, tiny.Contents().Keys);

        Save(bundle, seed: 8);
        Assert.Equal(8, tiny.Contents().Count);
    }

    [Fact]
    public async Task Load_WhileAnotherThreadSaves_FindsOneOfTheBundles()
    {
        var bundle = Bundle.Load(tiny.Folder);
        var done = false;
        var saving = Task.Run(() =>
        {
            for (var seed = 1ul; seed <= 60; seed++)
                Save(bundle, seed);
            Volatile.Write(ref done, true);
        });

        var latest = 0ul;
        while (!Volatile.Read(ref done))
        {
            var read = Bundle.Load(tiny.Folder);
            // Each save's seed names its profile, and a reader never goes back to an earlier bundle.
            Assert.InRange(read.Profile("levels").Seed, latest, 60ul);
            latest = read.Profile("levels").Seed;
        }

        await saving;
        Assert.Equal(60ul, Bundle.Load(tiny.Folder).Profile("levels").Seed);
    }

    [Fact]
    public void Load_Hash_IsOfTheManifestThatWasRead()
    {
        var expected = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(tiny.ManifestPath)));

        Assert.Equal(expected, Bundle.Load(tiny.Folder).Hash);
    }

    [Fact]
    public void Load_FileThatCannotBeOpened_NamesIt()
    {
        foreach (var name in tiny.Contents().Keys)
        {
            var path = Path.Combine(tiny.Folder, name);
            using var held = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            Refused(path, "cannot be read");
        }
    }

    private void Save(Bundle bundle, ulong seed)
    {
        var profiles = bundle.Profiles.ToDictionary(key => key, bundle.Profile);
        profiles["levels"] = profiles["levels"] with { Seed = seed };
        BundleWriter.Save(bundle.Manifest, profiles, tiny.Folder);
    }

    private void Refused(params string[] words)
    {
        var fault = Assert.Throws<BundleException>(() => Bundle.Load(tiny.Folder));
        Assert.All(words, word => Assert.Contains(word, fault.Message));
        Assert.DoesNotContain('\n', fault.Message);
    }
}
