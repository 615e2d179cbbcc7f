using System.Text.Json;
using Edge.CommandLine;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Testing;

namespace Edge.Bench.Tests;

public sealed class RobustnessBenchTests : IDisposable
{
    readonly TestSet _set = new();
    readonly StringWriter _output = new();
    readonly StringWriter _error = new();
    Func<string, SubjectOptions, ISubject> _open = (_, options) => new BrightnessSubject(options, []);

    [Fact]
    public void Robustness_Json_IsOneObjectOfTheGoodPictures()
    {
        Assert.Equal(0, Run("--bundle", "b", "--data", _set.Folder, "--json"));

        var row = JsonDocument.Parse(_output.ToString()).RootElement;
        Assert.Equal(("made-up", "bright"), (row.GetProperty("bundle").GetString(), row.GetProperty("profile").GetString()));
        Assert.Equal((4, 0, 0), (row.GetProperty("pictures").GetInt32(), row.GetProperty("rejected").GetInt32(), row.GetProperty("most_rejects").GetInt32()));
        // The pictures' brightest value is 49; with a fifth of 255 more it is 100, which the made-up threshold lets pass.
        Assert.Equal(49, row.GetProperty("score").GetDouble());
        var brightest = row.GetProperty("steps").EnumerateArray().Single(step => step.GetProperty("kind").GetString() == "brightness" && step.GetProperty("strength").GetDouble() == 0.2);
        Assert.Equal((100, 0), (brightest.GetProperty("score").GetDouble(), brightest.GetProperty("rejected").GetInt32()));
        var range = row.GetProperty("tolerance").GetProperty("ranges").GetProperty("brightness");
        Assert.Equal((-0.2, 0.2), (range.GetProperty("low").GetDouble(), range.GetProperty("high").GetDouble()));
    }

    [Fact]
    public void Robustness_Table_HasKindsAndTolerances()
    {
        Assert.Equal(0, Run("--bundle", "b", "--data", _set.At("test/good"), "--profile", "blind"));
        Assert.Contains("profile blind, on 4 good pictures", _output.ToString());
        Assert.Contains("JPEG", _output.ToString());
        Assert.Contains("Tolerated: brightness -0.2 to +0.2 of full scale", _output.ToString());
    }

    [Fact]
    public void Robustness_Write_PutsItBesideTheBundle()
    {
        var folder = CopyOfBrick();
        var before = Bundle.Load(folder);
        _open = InspectorSubject.Open;

        Assert.Equal(0, Run("--bundle", folder, "--data", Path.Combine(folder, "golden"), "--profile", "t1", "--write", "--json"));

        var (profile, tolerance) = Assert.Single(BundleTolerance.Read(before).Profiles);
        Assert.Equal("t1", profile);
        var row = JsonDocument.Parse(_output.ToString()).RootElement;
        Assert.Equal(before.GoldenSamplePaths.Count, tolerance.Pictures);
        Assert.Equal(row.GetProperty("threshold").GetDouble(), tolerance.Threshold);
        Assert.Equal(Enum.GetValues<Perturbation>(), tolerance.Ranges.Keys.Order());
        Assert.Equal(before.Hash, Bundle.Load(folder).Hash);
        Assert.Contains(BundleTolerance.PathOf(folder), _error.ToString());
    }

    [Fact]
    public void Robustness_UnchangedRejected_WritesNothing()
    {
        var folder = CopyOfBrick();
        var before = Bundle.Load(folder).Hash;
        // Defective pictures given as good ones: the made-up threshold rejects them as they are.
        Assert.Equal(3, Run("--bundle", folder, "--data", _set.At("test/hole"), "--write"));
        Assert.Contains("rejects 3 of the 3 pictures as they are", _error.ToString());
        Assert.Contains("Nothing is tolerated", _output.ToString());
        Assert.Equal(before, Bundle.Load(folder).Hash);
        Assert.False(File.Exists(BundleTolerance.PathOf(folder)));
    }

    [Theory]
    [InlineData("nowhere", "no such folder")]
    [InlineData("test", "holds no picture")]
    public void Robustness_NoPictures_ExitsTwo(string data, string named)
    {
        Directory.Delete(_set.At("test/good"), recursive: true);
        Assert.Equal(2, Run("--bundle", "b", "--data", _set.At(data)));
        Assert.Contains(named, _error.ToString());
        Assert.Empty(_output.ToString());
    }

    [Fact]
    public void Robustness_SeveralBadFiles_NamesThemAll()
    {
        File.WriteAllText(_set.At("test/good/a.png"), "This is no picture.");
        File.WriteAllText(_set.At("test/good/b.png"), "Nor is this.");

        Assert.Equal(2, Run("--bundle", "b", "--data", _set.Folder));

        Assert.Contains("a.png: ", _error.ToString());
        Assert.Contains("b.png: ", _error.ToString());
        Assert.Empty(_output.ToString());
    }

    public void Dispose() => _set.Dispose();

    string CopyOfBrick()
    {
        var brick = Bundle.Load(Repository.Brick);
        foreach (var file in brick.Files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_set.At($"brick/{file}"))!);
            File.Copy(Path.Combine(brick.Folder, file), _set.At($"brick/{file}"));
        }
        return _set.At("brick");
    }

    int Run(params string[] args) => CommandHost.Run(new BenchProgram(_open).Commands(), ["robustness", .. args], _output, _error).GetAwaiter().GetResult();
}
