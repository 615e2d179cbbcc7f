using Edge.Cameras;
using Edge.Testing;

namespace Edge.Tests.Cameras;

public sealed class CamerasCommandTests
{
    [Fact]
    public void List_KernelsDescription_GivesNameAndStableName()
    {
        using var folder = new TemporaryFolder();
        var (kernel, devices) = (Path.Combine(folder.Path, "class"), Path.Combine(folder.Path, "dev"));
        var byId = Path.Combine(devices, "v4l", "by-id");
        Directory.CreateDirectory(byId);
        foreach (var (device, name) in new[] { ("video10", "Second\n"), ("video2", "First\n") })
        {
            Directory.CreateDirectory(Path.Combine(kernel, device));
            File.WriteAllText(Path.Combine(kernel, device, "name"), name);
            File.WriteAllText(Path.Combine(devices, device), "");
        }
        File.CreateSymbolicLink(Path.Combine(byId, "usb-First_1-video-index0"), "../../video2");

        var cameras = V4l2Devices.List(kernel, devices);

        Assert.Equal(["First", "Second"], cameras.Select(camera => camera.Name));
        Assert.Equal(Path.Combine(devices, "video2"), cameras[0].Id);
        Assert.Equal([Path.Combine(byId, "usb-First_1-video-index0"), null], cameras.Select(camera => camera.ById));
        Assert.Empty(V4l2Devices.List(Path.Combine(folder.Path, "none"), devices));
    }

    [Fact]
    public void Cameras_Any_ExitsZero()
    {
        var edge = new EdgeProgram();
        Assert.Equal(0, edge.Run("cameras"));
        Assert.NotEmpty(edge.Output + edge.Error);
    }
}
