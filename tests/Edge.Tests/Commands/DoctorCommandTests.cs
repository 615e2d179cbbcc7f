using Edge.Testing;

namespace Edge.Tests.Commands;

public sealed class DoctorCommandTests
{
    private readonly EdgeProgram edge = new();

    [Fact]
    public void Doctor_Json_LooksAtEverything()
    {
        Assert.Equal(0, edge.Run("doctor", "--json"));

        Assert.Equal(["edge", ".NET", "ONNX Runtime", "OpenCV", "pictures", "libstdc++", "cpu", "cuda", "tensorrt", "processor", "memory", "drawing", "aravis", "gstreamer", "gpio", "v4l2"],
            edge.Rows.Select(row => row.GetProperty("check").GetString()));
        Assert.All(edge.Rows, row => Assert.Contains(row.GetProperty("status").GetString(), new[] { "ok", "warn" }));
        Assert.All(edge.Rows, row => Assert.NotEmpty(row.GetProperty("finding").GetString()!));
        Assert.Contains("it ran", edge.Rows[6].GetProperty("finding").GetString());
    }

    [Fact]
    public void Doctor_SoundBundle_IsTriedToo()
    {
        using var tiny = new TinyBundle();
        Assert.Equal(0, edge.Run("doctor", "--bundle", tiny.Folder));
        Assert.Contains("tiny 1, 4 golden scores agree", edge.Output);
    }

    [Fact]
    public void Doctor_DamagedBundle_ExitsFourAfterTheOtherChecks()
    {
        using var tiny = new TinyBundle();
        File.Delete(Path.Combine(tiny.Folder, "weights.bin"));

        Assert.Equal(4, edge.Run("doctor", "--bundle", tiny.Folder, "--json"));

        var bundle = edge.Rows[^1];
        Assert.Equal("fail", bundle.GetProperty("status").GetString());
        Assert.Contains("weights.bin", bundle.GetProperty("finding").GetString());
        Assert.Contains("1 check failed", edge.Error);
    }
}
