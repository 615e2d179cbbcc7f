using Edge.Runtime;
using System.Text.Json;
using Edge.CommandLine;
using Edge.Drawing;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;
using Edge.Testing;

namespace Edge.Tests.Commands;

public sealed class CalibrateCameraTests : IDisposable
{
    private readonly TinyBundle tiny = new();
    private readonly EdgeProgram edge = new();

    public void Dispose()
    {
        File.Delete(BundleTolerance.PathOf(tiny.Folder));
        tiny.Dispose();
    }

    [Fact]
    public void Calibrate_SameCamera_IsInsideAndSilent()
    {
        Prepare(light: true, tolerance: true);

        Assert.Equal(0, Calibrate(Perturbation.Brightness, 0, "--json"));

        Assert.Empty(edge.Error);
        var camera = Camera();
        Assert.Equal(["brightness", "contrast", "sharpness", "noise"], camera.Keys);
        Assert.All(camera.Values, shift => Assert.True(shift.GetProperty("inside").GetBoolean()));
        Assert.Equal(0.5, camera["brightness"].GetProperty("before").GetDouble(), 0.005);
        Assert.Equal(0, camera["brightness"].GetProperty("shift").GetDouble(), 0.005);
        Assert.Equal(1, camera["contrast"].GetProperty("shift").GetDouble(), 0.02);
        Assert.Equal(1, camera["sharpness"].GetProperty("shift").GetDouble(), 0.03);
        Assert.Equal(0.1, camera["brightness"].GetProperty("high").GetDouble());
        Assert.Equal(JsonValueKind.Null, camera["noise"].GetProperty("low").ValueKind);
    }

    [Theory]
    [InlineData(Perturbation.Brightness, 0.2, "brightness", 0.2, 0.005)]
    [InlineData(Perturbation.Brightness, -0.1, "brightness", -0.1, 0.005)]
    [InlineData(Perturbation.Contrast, 2, "contrast", 2, 0.05)]
    // White noise keeps 1 / (4 pi) of its variance at sigma 1, and pixels two apart are alike by exp(-1).
    [InlineData(Perturbation.Blur, 1, "sharpness", 0.795, 0.05)]
    // The pictures' own noise of 5.8 grey levels drops out.
    [InlineData(Perturbation.Noise, 0.1, "noise", 0.1, 0.005)]
    public void Calibrate_OtherCamera_WarnsWhatAndHowMuch(Perturbation kind, double strength, string quantity, double shift, double precision)
    {
        Prepare(light: true, tolerance: true);

        Assert.Equal(0, Calibrate(kind, strength, "--json"));

        Assert.Contains($"warning: {quantity} has changed by", edge.Error);
        Assert.Contains("levels (", edge.Error);
        Assert.Contains("check ", edge.Error);
        var measured = Camera()[quantity];
        Assert.False(measured.GetProperty("inside").GetBoolean());
        Assert.Equal(shift, measured.GetProperty("shift").GetDouble(), precision);
        // It warned, and then did as it was told.
        Assert.Equal(TinyBundle.Calibrated, Bundle.Load(tiny.Folder).Profile("levels").Calibration.Scores.Count);
    }

    [Fact]
    public void Calibrate_Table_ShowsCameraAndTolerance()
    {
        Prepare(light: true, tolerance: true);

        Assert.Equal(0, Calibrate(Perturbation.Brightness, 0.2));

        Assert.Contains("levels tolerates", edge.Output);
        Assert.Contains("OUTSIDE -0.05 to +0.1", edge.Output);
        Assert.Contains("inside x0.9 to x1.1", edge.Output);
        Assert.Contains("+0.2", edge.Output);
        Assert.Contains("measured at other thresholds", edge.Output);
    }

    [Fact]
    public void Calibrate_NoTolerance_SaysHowToGetIt()
    {
        Prepare(light: true, tolerance: false);

        Assert.Equal(0, Calibrate(Perturbation.Brightness, 0.2));

        Assert.DoesNotContain("warning: brightness", edge.Error);
        Assert.Contains("run edge-bench robustness --write", edge.Output);
        Assert.Contains("+0.2", edge.Output);
    }

    [Fact]
    public void Calibrate_BundleWithoutLight_SaysSoAndNotesIt()
    {
        Assert.Equal(0, Calibrate(Perturbation.Brightness, 0));
        Assert.Contains("What is not known", edge.Output);
        Assert.Equal(0, Calibrate(Perturbation.Brightness, 0));
        Assert.DoesNotContain("What is not known", edge.Output);
    }

    [Fact]
    public void Calibrate_AddToABundleWithoutContrast_StaysSound()
    {
        tiny.EditManifest(text => $"{text}light:\n  brightness: [0.5]\n  sharpness: [0.06]\n");

        Assert.Equal(0, Calibrate(Perturbation.Brightness, 0, "--add"));

        var light = Bundle.Load(tiny.Folder).Manifest.Light!;
        Assert.Equal((1 + TinyBundle.Normals, 0, 0), (light.Brightness.Count, light.Contrast.Count, light.Noise.Count));
        Assert.Contains("What is not known", edge.Output);
    }

    [Fact]
    public void Show_Tolerance_IsPrinted()
    {
        Prepare(light: true, tolerance: true);

        Assert.Equal(0, edge.Run("bundle", "show", tiny.Folder));

        Assert.Contains("levels tolerates, by 20 good pictures: brightness -0.05 to +0.1 of full scale, contrast x0.9 to x1.1, blur to 0.75 px, noise to 0.02 of full scale, "
            + "JPEG down to quality 85, rotation none.", edge.Output.ReplaceLineEndings(" "));
        Assert.Equal(0, edge.Run("bundle", "show", tiny.Folder, "--json"));
        var levels = Assert.Single(edge.Rows).GetProperty("profiles").EnumerateArray().First();
        Assert.Equal(0.1, levels.GetProperty("tolerance").GetProperty("ranges").GetProperty("brightness").GetProperty("high").GetDouble());
    }

    private void Prepare(bool light, bool tolerance)
    {
        var bundle = Bundle.Load(tiny.Folder);
        var profiles = bundle.Profiles.ToDictionary(key => key, bundle.Profile);
        var measured = new BundleTolerance
        {
            Bundle = bundle.Id,
            Profiles =
            {
                ["levels"] = new Tolerance
                {
                    Threshold = Edge.Commands.ProfileFacts.ThresholdOf(profiles["levels"], TinyBundle.Alpha)!.Value, Pictures = 20,
                    Ranges = new()
                    {
                        [Perturbation.Brightness] = new() { Low = -0.05, High = 0.1 }, [Perturbation.Contrast] = new() { Low = 0.9, High = 1.1 },
                        [Perturbation.Blur] = new() { Low = 0, High = 0.75 }, [Perturbation.Noise] = new() { Low = 0, High = 0.02 },
                        [Perturbation.Jpeg] = new() { Low = 85, High = 100 }, [Perturbation.Rotation] = new(),
                    },
                },
            },
        };
        if (tolerance)
            measured.Write(tiny.Folder);
        BundleWriter.Save(bundle.Manifest with { Light = light ? Calibrator.MeasureLight(tiny.NormalPaths) : null }, profiles, tiny.Folder);
    }

    private int Calibrate(Perturbation kind, double strength, params string[] args)
    {
        foreach (var (path, i) in tiny.Pictures("new", 5, TinyBundle.Normals).Select((path, i) => (path, i)))
        {
            using var picture = PictureFile.Read(path);
            var changed = PictureWriter.Encode(Perturbations.Apply(picture.AsFrame(), kind, strength, (ulong)i), jpeg: false);
            File.WriteAllBytes(path, changed);
        }
        return edge.Run(["calibrate", "--bundle", tiny.Folder, "--data", tiny.At("new"), "--profiles", "levels", "--threads", "1", .. args]);
    }

    private Dictionary<string, JsonElement> Camera() =>
        Assert.Single(edge.Rows).GetProperty("camera").EnumerateArray().ToDictionary(shift => shift.GetProperty("quantity").GetString()!);
}
