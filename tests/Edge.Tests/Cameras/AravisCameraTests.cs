using System.Diagnostics;
using Edge.Cameras;
using Edge.Configuration;
using Edge.Runtime;
using Xunit.Abstractions;

namespace Edge.Tests.Cameras;

public sealed class AravisCameraTests(ITestOutputHelper report) : IDisposable
{
    private const string Address = "127.0.0.1";

    private readonly FakeGigECamera fake = new();

    public void Dispose() => fake.Dispose();

    [Fact]
    public void Capture_RegionAndRate_AreTaken()
    {
        using var camera = Supervise(new AravisConfig { Id = Address, Region = [64, 32, 160, 120], Fps = 20, ExposureUs = 5000, Gain = 2 });
        camera.UntilMore(25, "pictures");

        var pictures = camera.Pictures;
        Assert.All(pictures, picture => Assert.Equal((160, 120, 1, 1), (picture.Width, picture.Height, picture.Channels, picture.BytesPerChannel)));
        var intervals = pictures.Zip(pictures.Skip(1), (a, b) => Stopwatch.GetElapsedTime(a.Timestamp, b.Timestamp).TotalSeconds).Order().ToList();
        Assert.InRange(intervals[intervals.Count / 2], 0.03, 0.1);
        // The fake camera's picture moves.
        Assert.True(pictures.Select(picture => Convert.ToHexString(picture.Pixels)).Distinct().Count() > pictures.Length / 2);
        Assert.Equal((true, 0), (camera.State.Up, camera.State.Reopens));
    }

    [Fact]
    public void Capture_ExposureTenfold_IsBrighter()
    {
        double Brightness(double exposure)
        {
            using var camera = Open(new AravisConfig { Id = Address, Region = [0, 0, 128, 128], ExposureUs = exposure, Gain = 0 });
            var frame = new CapturedFrame();
            Until(() => camera.Capture(frame, TimeSpan.FromSeconds(1)) == CaptureStatus.Captured);
            return frame.Pixels.ToArray().Average(value => value);
        }

        Assert.True(Brightness(10_000) > 1.5 * Brightness(1_000));
    }

    [Theory]
    [InlineData("Mono8", 1, 1)]
    [InlineData("Mono16", 1, 2)]
    [InlineData("BayerRG8", 3, 1)]
    [InlineData("RGB8", 3, 1)]
    public void Capture_PixelFormat_ComesAsGreyOrBgr(string format, int channels, int bytes)
    {
        using var camera = Open(new AravisConfig { Id = Address, Region = [0, 0, 64, 64], PixelFormat = format });
        var frame = new CapturedFrame();
        Until(() => camera.Capture(frame, TimeSpan.FromSeconds(1)) == CaptureStatus.Captured);
        Assert.Equal((64, 64, channels, bytes), (frame.Width, frame.Height, frame.Channels, frame.BytesPerChannel));
    }

    [Fact]
    public void Trigger_Software_GivesOnePictureEach()
    {
        using var camera = Supervise(new AravisConfig { Id = Address, Region = [0, 0, 64, 64], Trigger = "software", Fps = 50 });
        camera.Until(() => camera.State.Up, "up");
        for (var i = 1; i <= 5; i++)
        {
            camera.Supervisor.Trigger();
            camera.Until(() => camera.Count == i, $"picture {i}");
        }
        var patience = Stopwatch.StartNew();
        camera.Until(() => patience.ElapsedMilliseconds > 400, "a while without triggers");
        Assert.Equal(5, camera.Count);
        Assert.Equal(0, camera.State.Reopens);
    }

    [Fact]
    public void Open_WhatItDoesNotHave_SaysWhatItHas()
    {
        Assert.Contains("Mono16", Fault(new AravisConfig { Id = Address, PixelFormat = "Mono9" }));
        Assert.Contains("Software", Fault(new AravisConfig { Id = Address, Trigger = "line9" }));
        Assert.StartsWith("nobody:", Fault(new AravisConfig { Id = "nobody" }));

        string Fault(AravisConfig config) => Assert.Throws<DeviceException>(() => Open(config).Dispose()).Message;
    }

    [Fact]
    public void List_FakeCamera_IsThere()
    {
        CameraListing? found = null;
        Until(() => (found = AravisCamera.List().FirstOrDefault(camera => camera.Id == fake.Id)) is not null);
        Assert.Equal(("aravis", "Aravis", "Fake", Address), (found!.Kind, found.Vendor, found.Model, found.Address));
        Assert.Equal($"EDGE{Environment.ProcessId}", found.Serial);

        var edge = new EdgeProgram();
        Assert.Equal(0, edge.Run("cameras", "--json"));
        Assert.Contains(edge.Rows, row => row.GetProperty("id").GetString() == fake.Id);
    }

    [Fact]
    public void Capture_UnpluggedAndBack_IsOpenedAgain()
    {
        using var camera = Supervise(new AravisConfig { Id = Address, Region = [0, 0, 64, 64], Fps = 25 });
        camera.UntilMore(3, "pictures");

        fake.Unplug();
        var down = camera.Until(() => !camera.State.Up, "down");
        fake.PlugIn();
        var up = camera.Until(() => camera.State.Up, "up again");

        camera.UntilMore(3, "pictures");
        Assert.Equal(1, camera.State.Reopens);
        Assert.Null(camera.Supervisor.Fatal);
        report.WriteLine($"GigE camera unplugged: seen after {down:0.00} s, pictures {up:0.00} s after it was back");
    }

    [Fact]
    public void Trigger_UnpluggedAndBack_IsOpenedAgain()
    {
        using var camera = Supervise(new AravisConfig { Id = Address, Region = [0, 0, 64, 64], Trigger = "software", Fps = 50 });
        camera.Until(() => camera.State.Up, "up");

        fake.Unplug();
        var down = camera.Until(() => !camera.State.Up, "down");
        fake.PlugIn();
        var up = camera.Until(() => camera.State.Up, "up again");

        camera.Supervisor.Trigger();
        camera.Until(() => camera.Count == 1, "a picture");
        report.WriteLine($"Triggered GigE camera unplugged: seen after {down:0.00} s, up {up:0.00} s after it was back");
    }

    private static AravisCamera Open(AravisConfig config)
    {
        AravisCamera? camera = null;
        // The fake camera needs a moment to start.
        for (var deadline = Stopwatch.StartNew(); camera is null;)
            try
            {
                camera = new AravisCamera(config, TimeProvider.System);
            }
            catch (DeviceException e) when (config.Id == Address && deadline.Elapsed.TotalSeconds < 10 && e.Message.Contains("not found"))
            {
                Thread.Sleep(50);
            }
        return camera;
    }

    private static SupervisedCamera Supervise(AravisConfig config) => new(new CameraConfig { Aravis = config, StallSeconds = 1, ReopenSeconds = 1 });

    private static void Until(Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
            Assert.True(watch.Elapsed.TotalSeconds < 15, "not within 15 s");
    }
}
