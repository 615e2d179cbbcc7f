using Edge.Runtime;
using System.Text.Json;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;
using Edge.Runtime.Scoring;
using Edge.Testing;

namespace Edge.Tests.Commands;

public sealed class InspectCommandTests : IDisposable
{
    private readonly TinyBundle tiny = new();
    private readonly EdgeProgram edge = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void Inspect_Normals_ExitsZero()
    {
        Assert.Equal(0, Inspect(tiny.NormalPaths[0], tiny.NormalPaths[1]));

        Assert.Equal(2, edge.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => line.StartsWith("OK  score ")));
        Assert.Contains(tiny.NormalPaths[1], edge.Output);
        Assert.Equal("2 OK, 0 NG, 0 unreadable", edge.Error.Trim());
    }

    [Fact]
    public void Inspect_Defect_ExitsOne()
    {
        Assert.Equal(1, Inspect(tiny.NormalPaths[0], tiny.DefectPath));

        Assert.Contains("NG  score ", edge.Output);
        Assert.Equal("1 OK, 1 NG, 0 unreadable", edge.Error.Trim());
    }

    [Fact]
    public void Inspect_Json_HasTheLibrarysVerdictUnderTheKeys()
    {
        Inspect(tiny.DefectPath, "--json", "--profile", "rebuild", "--alpha", "0.1");

        using var inspector = Opened.Inspector(tiny.Folder, new ModelOptions { Profile = "rebuild", Inference = TinyBundle.Cpu }, new InspectorOptions { Alpha = 0.1 });
        var verdict = inspector.Inspect(tiny.DefectPath);
        var row = Assert.Single(edge.Rows);
        Assert.Equal(tiny.DefectPath, row.GetProperty("path").GetString());
        Assert.Equal(verdict.IsNg ? "ng" : "ok", row.GetProperty("verdict").GetString());
        Assert.Equal(verdict.Score, row.GetProperty("score").GetDouble());
        Assert.Equal(verdict.Threshold, row.GetProperty("threshold").GetDouble());
        Assert.Equal(verdict.PValue, row.GetProperty("p_value").GetDouble());
        Assert.Equal("rebuild", row.GetProperty("profile").GetString());
        Assert.Equal("fp32", row.GetProperty("precision").GetString());
        Assert.Equal(0.1, row.GetProperty("alpha").GetDouble());
        Assert.Equal("tiny", row.GetProperty("bundle").GetString());
        Assert.Equal("1", row.GetProperty("bundle_version").GetString());
        Assert.Equal(Bundle.Load(tiny.Folder).Hash, row.GetProperty("bundle_hash").GetString());
        Assert.True(row.GetProperty("ms").GetDouble() > 0);
        Assert.False(row.TryGetProperty("error", out _));
    }

    [Fact]
    public void Inspect_Int8_HasThePrecisionBesideTheProfile()
    {
        tiny.AddInt8();

        Assert.Equal(1, Inspect(tiny.DefectPath, "--json", "--profile", "levels", "--precision", "int8"));

        var row = Assert.Single(edge.Rows);
        Assert.Equal(("levels", "int8"), (row.GetProperty("profile").GetString(), row.GetProperty("precision").GetString()));
        Assert.Equal(new ConformalScores(Bundle.Load(tiny.Folder).Profile("levels:int8").Calibration).Threshold(TinyBundle.Alpha), row.GetProperty("threshold").GetDouble());
    }

    [Fact]
    public void Inspect_Int8ThatIsNotThere_ExitsThreeAndNamesWhatMakesIt()
    {
        Assert.Equal(3, Inspect(tiny.DefectPath, "--precision", "int8"));

        Assert.Contains("'levels' has no int8", edge.Error);
        Assert.Contains("edge-train quantise", edge.Error);
    }

    [Fact]
    public void Inspect_UnknownPrecision_ExitsTwoAndNamesThem()
    {
        Assert.Equal(2, Inspect(tiny.DefectPath, "--precision", "int4"));

        Assert.Contains("'int4' is not one of fp32, int8", edge.Error);
    }

    [Fact]
    public void Inspect_UnreadableInTheMiddle_GoesOnAndExitsTwo()
    {
        File.WriteAllText(tiny.At("broken.png"), "This is no picture.");

        Assert.Equal(2, Inspect(tiny.NormalPaths[0], tiny.At("broken.png"), tiny.At("absent.png"), tiny.DefectPath, "--json"));

        Assert.Equal(["ok", "error", "error", "ng"], edge.Rows.Select(row => row.GetProperty("verdict").GetString()));
        Assert.Contains("absent.png: no such file", edge.Rows[2].GetProperty("error").GetString());
        Assert.False(edge.Rows[1].TryGetProperty("score", out _));
        Assert.Equal("1 OK, 1 NG, 2 unreadable", edge.Error.Trim());
    }

    [Fact]
    public void Inspect_Unreadable_IsOneLineOnStandardError()
    {
        File.WriteAllText(tiny.At("broken.png"), "This is no picture.");

        Assert.Equal(2, Inspect(tiny.At("broken.png"), tiny.NormalPaths[0], "--device", "cpu"));

        Assert.StartsWith(tiny.At("broken.png") + ": ", edge.Error);
        Assert.Equal(2, edge.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.DoesNotContain("broken", edge.Output);
    }

    [Fact]
    public void Inspect_Folder_TakesItsPicturesByNameAndNoOthers()
    {
        var folder = tiny.At("line");
        tiny.Pictures("line", 2, 3);
        tiny.Pictures("line/train/good", 2, 1);
        File.WriteAllText(Path.Combine(folder, "notes.txt"), "");

        Inspect(folder, "--json");

        Assert.Equal(["000.png", "001.png", "002.png"], edge.Rows.Select(row => Path.GetRelativePath(folder, row.GetProperty("path").GetString()!)));
    }

    [Fact]
    public void Inspect_EmptyFolder_IsSaidAndTheOthersGoOn()
    {
        Directory.CreateDirectory(tiny.At("empty"));

        Assert.Equal(2, Inspect(tiny.At("empty"), tiny.NormalPaths[0]));

        Assert.Contains("empty: no pictures in this folder", edge.Error);
        Assert.Contains("OK", edge.Output);
    }

    [Fact]
    public void Inspect_Overlay_DrawsEachUnderANameOfItsOwn()
    {
        tiny.Pictures("a", 3, 1);
        tiny.Pictures("b", 4, 1);

        Inspect(tiny.At("a"), tiny.At("b"), tiny.DefectPath, "--overlay", tiny.At("new/overlays"));

        Assert.Equal(["000-2.overlay.png", "000.overlay.png", "defect.overlay.png"],
            Directory.GetFiles(tiny.At("new/overlays")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        using var overlay = PictureFile.Read(tiny.At("new/overlays/defect.overlay.png"));
        Assert.Equal(3, overlay.Channels);
    }

    [Fact]
    public void Inspect_OverlayThatCannotBeWritten_KeepsTheVerdictAndExitsTwo()
    {
        Directory.CreateDirectory(tiny.At("overlays/defect.overlay.png"));

        Assert.Equal(2, Inspect(tiny.DefectPath, "--overlay", tiny.At("overlays"), "--json"));

        Assert.Equal("ng", Assert.Single(edge.Rows).GetProperty("verdict").GetString());
        Assert.Contains("defect.overlay.png: cannot be written", edge.Error);
    }

    [Fact]
    public void Inspect_RegionWithoutTheDefect_IsOk()
    {
        Assert.Equal(0, Inspect(tiny.DefectPath, "--region", "40,0,24,64", "--region", "0,40,64,24"));
        Assert.Equal(1, Inspect(tiny.DefectPath, "--region", "40,0,24,64", "--region", "0,0,30,30"));
    }

    [Fact]
    public void Inspect_MaskOverTheDefect_IsOk()
    {
        var mask = new byte[64 * 64];
        for (var y = 0; y < 40; y++)
            mask.AsSpan(y * 64, 40).Fill(255);
        File.WriteAllBytes(tiny.At("mask.png"), TestPictures.Encode(".png", mask, 64, 64, OpenCvSharp.MatType.CV_8UC1));

        Assert.Equal(0, Inspect(tiny.DefectPath, "--ignore-mask", tiny.At("mask.png")));
    }

    [Fact]
    public void Inspect_MaskOfAnotherSize_NamesPictureAndMask()
    {
        tiny.Picture("mask.png", 1, side: 32);

        Assert.Equal(2, Inspect(tiny.DefectPath, "--ignore-mask", tiny.At("mask.png")));

        Assert.Contains(tiny.DefectPath, edge.Error);
        Assert.Contains("mask.png", edge.Error);
    }

    [Fact]
    public void Inspect_AlphaTooSmall_SaysHowManyPicturesItTakes()
    {
        Assert.Equal(3, Inspect(tiny.DefectPath, "--alpha", "0.001"));

        Assert.Contains("999", edge.Error);
        Assert.Contains($"the bundle has {TinyBundle.Calibrated}", edge.Error);
        Assert.Empty(edge.Output);
    }

    [Fact]
    public void Inspect_UnknownProfile_NamesThoseThereAre()
    {
        Assert.Equal(3, Inspect(tiny.DefectPath, "--profile", "none"));
        Assert.Contains("levels, rebuild", edge.Error);
    }

    [Fact]
    public void Inspect_DamagedBundle_ExitsThree()
    {
        File.WriteAllText(Path.Combine(tiny.Folder, "eps.onnx"), "x");

        Assert.Equal(3, Inspect(tiny.DefectPath));

        Assert.Contains("eps.onnx", edge.Error);
    }

    [Fact]
    public void Inspect_NetworkThatAnswersInfinity_IsNoVerdictAndExitsTwo()
    {
        tiny.BreakNetwork();

        Assert.Equal(2, Inspect(tiny.NormalPaths[0], "--device", "cpu"));

        Assert.StartsWith($"{tiny.NormalPaths[0]}: the network's answer is not a finite number", edge.Error);
        Assert.Empty(edge.Output);
    }

    [Fact]
    public void Inspect_DeviceAuto_SaysOnStandardErrorWhatWasTakenAndWhy()
    {
        Assert.Equal(0, Inspect(tiny.NormalPaths[0], "--device", "auto"));
        Assert.Matches("^device: (Cpu|Cuda), because ", edge.Error);
        Assert.DoesNotContain("device:", edge.Output);

        Assert.Equal(0, Inspect(tiny.NormalPaths[0], "--device", "cpu"));
        Assert.DoesNotContain("device:", edge.Error);
    }

    [Fact]
    public void Inspect_DeviceThatIsNotThere_ExitsFour()
    {
        if (File.Exists("/dev/nvidiactl"))
            return;
        Assert.Equal(4, Inspect(tiny.DefectPath, "--device", "cuda"));
        Assert.Contains("cuda", edge.Error);
    }

    [Fact]
    public void Inspect_Stopped_SaysHowFarItCame()
    {
        using var inspector = Opened.Inspector(tiny.Folder);
        using var stop = new CancellationTokenSource();
        using StringWriter error = new();
        // The first line asks for the stop, as a Ctrl-C during the first picture does.
        using var output = new StoppingWriter(stop);

        var code = new Edge.Commands.InspectionBatch(inspector, null, json: true, output, error).Run(tiny.NormalPaths, stop.Token);

        Assert.Equal(130, code);
        Assert.Single(output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("1 OK, 0 NG, 0 unreadable; stopped after 1 of 24", error.ToString().Trim());
    }

    [Theory]
    [InlineData("inspect")]
    [InlineData("inspect", "a.png")]
    [InlineData("inspect", "--bundle", "b")]
    [InlineData("inspect", "a.png", "--bundle", "b", "--alpha", "0")]
    [InlineData("inspect", "a.png", "--bundle", "b", "--alpha", "0,01")]
    [InlineData("inspect", "a.png", "--bundle", "b", "--region", "1,2,3")]
    [InlineData("inspect", "a.png", "--bundle", "b", "--region", "0,0,0,5")]
    [InlineData("inspect", "a.png", "--bundle", "b", "--device", "gpu")]
    [InlineData("inspect", "a.png", "--bundle", "b", "--threads", "0")]
    [InlineData("inspect", "a.png", "--bundle", "b", "--ignore-mask", "/absent.png")]
    public void Inspect_WrongUsage_ExitsTwoWithAnEmptyOutput(params string[] args)
    {
        Assert.Equal(2, edge.Run(args));
        Assert.Empty(edge.Output);
        Assert.StartsWith(EdgeName(), edge.Error);
    }

    private static string EdgeName() => Edge.Commands.EdgeCommands.Create().Name + ": ";

    private int Inspect(params string[] args) =>
        edge.Run(["inspect", .. args, "--bundle", tiny.Folder, "--threads", "1", .. args.Contains("--device") ? (string[])[] : ["--device", "cpu"]]);

    private sealed class StoppingWriter(CancellationTokenSource stop) : StringWriter
    {
        public override void Write(string? value)
        {
            base.Write(value);
            stop.Cancel();
        }
    }
}
