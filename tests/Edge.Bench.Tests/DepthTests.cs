using Edge.Runtime;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Edge.CommandLine;
using Edge.Runtime.Imaging;
using Edge.Testing;

namespace Edge.Bench.Tests;

/// <summary>Pictures of a sensor of 12 bits, in files that say 16: every command that reads pictures takes --depth.</summary>
public sealed partial class DepthTests : IDisposable
{
    private readonly TinyBundle tiny = new();

    public DepthTests()
    {
        tiny.Pictures("normals", 7, 40);
        tiny.Pictures("eight/test/good", 8, 6);
        tiny.Pictures("eight/test/hole", 9, 0);
        tiny.Pictures("eight/ground_truth/hole", 9, 0);
        for (var i = 0; i < 3; i++)
        {
            tiny.Picture($"eight/test/hole/{i}.png", 9000 + i, defect: true);
            File.WriteAllBytes(tiny.At($"eight/ground_truth/hole/{i}_mask.png"), TestPictures.Png(64, 64, 8, 0,
                [.. Enumerable.Range(0, 64).Select(y => Enumerable.Range(0, 64).Select(x => x is >= 4 and < 20 && y is >= 4 and < 20 ? (byte)255 : (byte)0).ToArray())]));
        }
        foreach (var file in Directory.GetFiles(tiny.At("eight"), "*.png", SearchOption.AllDirectories))
        {
            var copy = tiny.At(Path.Combine("twelve", Path.GetRelativePath(tiny.At("eight"), file)));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            if (file.Contains("ground_truth", StringComparison.Ordinal))
                File.Copy(file, copy);
            else
                File.WriteAllBytes(Path.ChangeExtension(copy, ".pgm"), TwelveBits(file));
        }
    }

    public void Dispose() => tiny.Dispose();

    [Theory]
    [InlineData("accuracy", "--profiles", "levels", "--json")]
    [InlineData("latency", "--profiles", "levels", "--n", "1", "--threads", "1", "--json")]
    [InlineData("sweep", "--levels", "25", "--n", "1", "--threads", "1", "--json")]
    [InlineData("ablation", "--variants", "scale_1")]
    [InlineData("report", "--profiles", "levels")]
    [InlineData("robustness", "--json")]
    [InlineData("cover", "--profiles", "levels", "--json")]
    public void Depth_TwelveBits_GivesWhatEightBitsGive(string command, params string[] options)
    {
        var (rejected, found) = Figures("eight", [command, .. options]);

        Assert.Equal((rejected, found), Figures("twelve", [command, .. options, "--depth", "12"]));
        // A sixteenth as bright, every picture is unlike any good one.
        Assert.Equal((1, found is null ? null : 1), Figures("twelve", [command, .. options]));
        Assert.NotEqual(1, rejected);
    }

    /// <summary>The share of good pictures that are rejected, and of defective ones that are found where the command says it.</summary>
    private (double Rejected, double? Found) Figures(string set, string[] arguments)
    {
        using StringWriter output = new(), error = new();
        string[] normals = arguments[0] is "sweep" or "ablation" ? ["--normals", tiny.At("normals")] : [];
        string[] page = arguments[0] == "report" ? ["--out", tiny.At("page.html")] : [];
        var code = CommandHost.Run(new BenchProgram(InspectorSubject.Open).Commands(),
            [.. arguments, "--bundle", tiny.Folder, "--data", tiny.At(set), .. normals, .. page], output, error).GetAwaiter().GetResult();
        Assert.True(code == 0, error.ToString());
        switch (arguments[0])
        {
            case "ablation":
                var cells = output.ToString().Split('\n').Last(line => line.StartsWith("| scale_1", StringComparison.Ordinal)).Split('|', StringSplitOptions.TrimEntries);
                return (double.Parse(cells[7].TrimEnd('%', ' ')) / 100, double.Parse(cells[6]));
            case "report":
                var match = Summary().Match(File.ReadAllText(tiny.At("page.html")));
                return (Share(match, 3), Share(match, 1));
            case "robustness" or "cover":
                var robustness = JsonDocument.Parse(output.ToString()).RootElement;
                return ((double)robustness.GetProperty("rejected").GetInt32() / robustness.GetProperty("pictures").GetInt32(), null);
            default:
                var row = JsonDocument.Parse(output.ToString()).RootElement;
                return (row.GetProperty("false_rejects_seen").GetDouble(), row.GetProperty("recall_seen").GetDouble());
        }
    }

    private static double Share(Match match, int group) => double.Parse(match.Groups[group].Value) / double.Parse(match.Groups[group + 1].Value);

    /// <summary>The same picture in 12 bits. Its file says 16, as many cameras' drivers do.</summary>
    private static byte[] TwelveBits(string file)
    {
        using var picture = PictureFile.Read(file);
        return [.. Encoding.ASCII.GetBytes($"P5 {picture.Width} {picture.Height} 65535\n"),
            .. picture.Pixels.ToArray().Select(v => v << 4 | v >> 4).SelectMany(v => new[] { (byte)(v >> 8), (byte)v })];
    }

    [GeneratedRegex(@"finds (\d+) of (\d+) defective pictures and rejects (\d+) of (\d+) good pictures")]
    private static partial Regex Summary();
}
