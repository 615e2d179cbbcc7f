using Edge.Cameras;
using Edge.Configuration;
using Edge.Runtime;
using Edge.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Tests.Cameras;

public sealed class OpenCvCameraTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void File_Ends_EveryFrameOnceThenEnded()
    {
        using var camera = new SupervisedCamera(new CameraConfig { File = new VideoFileConfig { Path = Video("yuv420p", 12) } });
        camera.Until(() => camera.State.Ended, "the end");

        Assert.Equal(12, camera.Count);
        Assert.All(camera.Pictures, picture => Assert.Equal((96, 64, 3), (picture.Width, picture.Height, picture.Channels)));
        Assert.Equal(12, camera.Pictures.Select(picture => Convert.ToHexString(picture.Pixels)).Distinct().Count());
        Assert.Equal((false, 12L, 0, null), (camera.State.Up, camera.State.Frames, camera.State.Reopens, camera.State.Error));
    }

    [Fact]
    public void File_Loop_BeginsAgainAndStaysUp()
    {
        using var camera = new SupervisedCamera(new CameraConfig { File = new VideoFileConfig { Path = Video("yuv420p", 5), Loop = true } });
        camera.Until(() => camera.Count >= 12, "more than the file has");

        Assert.Equal(camera.Pictures[0].Pixels, camera.Pictures[5].Pixels);
        Assert.Equal(camera.Pictures[1].Pixels, camera.Pictures[11].Pixels);
        Assert.Equal((true, false), (camera.State.Up, camera.State.Ended));
    }

    [Theory]
    [InlineData("gray")]
    [InlineData("gray16le")]
    public void File_Grey_StaysGrey(string pixels)
    {
        using var camera = new SupervisedCamera(new CameraConfig { File = new VideoFileConfig { Path = Video(pixels, 3) } });
        camera.Until(() => camera.State.Ended, "the end");

        Assert.Equal(3, camera.Count);
        Assert.All(camera.Pictures, picture => Assert.Equal((1, 96 * 64), (picture.Channels, picture.Pixels.Length)));
    }

    [Fact]
    public void File_MissingOrNoVideo_SaysSo()
    {
        var text = Path.Combine(folder.Path, "text.mp4");
        File.WriteAllText(text, "no video");

        Assert.Contains("no such file", Assert.Throws<DeviceException>(() => OpenCvCamera.Open(new VideoFileConfig { Path = "/nowhere.mp4" })).Message);
        Assert.Contains($"{text}: cannot be opened", Assert.Throws<DeviceException>(() => OpenCvCamera.Open(new VideoFileConfig { Path = text })).Message);
    }

    [Fact]
    public void V4l2_NoSuchDevice_SaysSo() =>
        Assert.Contains("/dev/video99: cannot be opened: no such device", Assert.Throws<DeviceException>(() => OpenCvCamera.Open(new V4l2Config { Device = "/dev/video99" }, NullLogger.Instance)).Message);

    [Theory]
    [InlineData("GREY", 0x59455247)]
    [InlineData("Y16", 0x20363159)]
    [InlineData("Y16 ", 0x20363159)]
    [InlineData("MJPG", 0x47504A4D)]
    public void FourCc_OfAName_IsTheKernelsNumber(string name, int expected) => Assert.Equal(expected, OpenCvCamera.FourCc(name));

    [Theory]
    [InlineData("Y16 ", 0)]
    [InlineData("Y12 ", 4)]
    [InlineData("Y10 ", 6)]
    [InlineData("YUYV", null)]
    public void GreyShift_OfAFormat_FillsItsRange(string format, int? expected) => Assert.Equal(expected, OpenCvCamera.GreyShift(format));

    private string Video(string pixels, int frames)
    {
        var path = Path.Combine(folder.Path, "video.avi");
        Child.Ffmpeg("-f", "lavfi", "-i", "testsrc2=size=96x64:rate=10", "-frames:v", $"{frames}", "-pix_fmt", pixels, "-c:v", pixels.StartsWith("gray", StringComparison.Ordinal) ? "ffv1" : "mjpeg", path);
        return path;
    }
}
