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
        Assert.Equal(TinyBundle.Normals, bundle.Profile().Calibration.Scores.Count);
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
    [InlineData("widths:\n  - 1", "widths:\n  -")]
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

    [Fact]
    public void Load_FormerSchema_SaysHowToMakeItAnew()
    {
        tiny.EditManifest(text => text.Replace("schema_version: 3", "schema_version: 2"));
        Refused("bundle.yaml", "schema_version is 2", "edge-train");
    }

    [Fact]
    public void Load_FutureSchema_AsksForAnUpdate()
    {
        // A key that only the future knows must not hide the reason.
        tiny.EditManifest(text => text.Replace("schema_version: 3", "schema_version: 4\nwarp: 9"));
        Refused("bundle.yaml", "schema_version 4", "update");
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
    [InlineData("levels", "  widths:\n  - 1\n", "  widths:\n", "constants.width_mean")]
    [InlineData("levels", "  widths:\n  - 1\n", "  widths:\n  - 5\n", "map.widths")]
    [InlineData("levels", "zones: border", "zones: none", "constants.mean")]
    [InlineData("levels", "  deviation:\n  - ", "  deviation:\n  - -", "constants.deviation")]
    [InlineData("levels", "t_scales:", "t_scale:", "t_scale")]
    [InlineData("levels", "top_pixels: 50", "top_pixels: 2000000000", "top_pixels 2000000000")]
    [InlineData("rebuild", "start_t: 50", "start_t: 300", "reconstruction.sampler.start_t 300")]
    [InlineData("rebuild", "start_t: 50", "start_t: 0", "reconstruction.sampler.start_t 0")]
    [InlineData("rebuild", "skip: 25", "skip: 0", "reconstruction.sampler.skip 0")]
    [InlineData("rebuild", "eta: 0", "eta: 2", "reconstruction.sampler.eta 2")]
    [InlineData("rebuild", "blur_kernel: 31", "blur_kernel: 30", "reconstruction.sampler.blur_kernel 30")]
    [InlineData("rebuild", "condition_weight: 0", "condition_weight: .nan", "reconstruction.sampler.condition_weight NaN")]
    [InlineData("rebuild", "aggregation: mean", "aggregation: weighted", "map.weights")]
    public void Load_ProfileOutOfRange_NamesFileAndField(string profile, string from, string to, string field)
    {
        var path = tiny.ProfilePath(profile);
        tiny.EditFile(path, text => text.Replace(from, to));
        Refused(path, field);
    }

    [Fact]
    public void Load_UnsortedScores_IsRefused()
    {
        var path = tiny.ProfilePath("levels");
        tiny.EditFile(path, text => text.Replace("  scores:\n", "  scores:\n  - 1e9\n"));
        Refused(path, "calibration.scores", "ascending");
    }

    [Fact]
    public void Profile_Unknown_NamesThoseThereAre() =>
        Assert.Contains("levels, rebuild", Assert.Throws<BundleException>(() => Bundle.Load(tiny.Folder).Profile("other")).Message);

    [Fact]
    public void Open_NetworkOfAnotherShape_NamesFileAndField()
    {
        tiny.EditManifest(text => text.Replace("size_multiple: 8", "size_multiple: 4"));

        var fault = Assert.Throws<BundleException>(() => Inspector.Open(tiny.Folder).Dispose());

        Assert.Contains("eps.onnx", fault.Message);
        Assert.Contains("edge.size_multiple", fault.Message);
    }

    [Fact]
    public void Save_InPlace_LeavesNoFileBehind()
    {
        var bundle = Bundle.Load(tiny.Folder);
        var profiles = bundle.ProfileNames.ToDictionary(name => name, bundle.Profile);
        profiles["levels"] = profiles["levels"] with { Seed = 7 };

        BundleWriter.Save(bundle.Manifest, profiles, tiny.Folder);

        var saved = Bundle.Load(tiny.Folder);
        Assert.Equal(7ul, saved.Profile("levels").Seed);
        Assert.NotEqual(bundle.Hash, saved.Hash);
        Assert.Equal(bundle.Profile("rebuild").Calibration.Scores, saved.Profile("rebuild").Calibration.Scores);
        Assert.Equal(8, tiny.Contents().Count);
    }

    private void Refused(params string[] words)
    {
        var fault = Assert.Throws<BundleException>(() => Bundle.Load(tiny.Folder));
        Assert.All(words, word => Assert.Contains(word, fault.Message));
        Assert.DoesNotContain('\n', fault.Message);
    }
}
