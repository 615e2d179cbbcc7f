using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Edge.Service;
using Edge.Testing;

namespace Edge.Tests.Service;

public sealed partial class SystemdTests : IDisposable
{
    private readonly TinyBundle tiny = new();

    public void Dispose() => tiny.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Messages_FileOrAbstractName_AreAsTheProtocolSays(bool isAbstract)
    {
        var name = isAbstract ? $"@edge-test-{Guid.NewGuid():N}" : tiny.At("notify");
        using var socket = new NotifySocket(name);
        var systemd = new Systemd(Environment(("NOTIFY_SOCKET", name), ("WATCHDOG_USEC", "2000000")));

        systemd.Ready("Ready. 3 parts\nREADY=0");
        Assert.Equal("READY=1\nSTATUS=Ready. 3 parts READY=0", socket.ReceiveText());
        systemd.Status("well");
        Assert.Equal("STATUS=well", socket.ReceiveText());
        Assert.Equal(TimeSpan.FromSeconds(1), systemd.WatchdogInterval);
        systemd.FeedWatchdog();
        Assert.Equal("WATCHDOG=1", socket.ReceiveText());
        systemd.Stopping();
        Assert.StartsWith("STOPPING=1\n", socket.ReceiveText());
    }

    [Fact]
    public void Reloading_SaysWhen_OnTheMonotonicClock()
    {
        using var socket = new NotifySocket(tiny.At("notify"));
        var before = Microseconds();
        new Systemd(Environment(("NOTIFY_SOCKET", tiny.At("notify")))).Reloading();
        var after = Microseconds();

        var lines = socket.ReceiveText().Split('\n');
        Assert.Equal("RELOADING=1", lines[0]);
        Assert.StartsWith("MONOTONIC_USEC=", lines[1]);
        Assert.InRange(long.Parse(lines[1].Split('=')[1], CultureInfo.InvariantCulture), before, after);

        static long Microseconds()
        {
            Assert.Equal(0, GetTime(clock: 1, out var time));
            return time.Seconds * 1_000_000 + time.Nanoseconds / 1000;
        }
    }

    [Fact]
    public void AskForTime_UntilDisposed_ExtendsTheTimeout()
    {
        using var socket = new NotifySocket(tiny.At("notify"));
        using (new Systemd(Environment(("NOTIFY_SOCKET", tiny.At("notify")))).AskForTime())
            Assert.Equal("EXTEND_TIMEOUT_USEC=20000000", socket.ReceiveText());
    }

    [Fact]
    public void Messages_NoSystemd_AreNoFault()
    {
        var systemd = new Systemd(_ => null);
        systemd.Ready("");
        systemd.Reloading();
        systemd.FeedWatchdog();
        Assert.Null(systemd.WatchdogInterval);

        // One that has gone is none either.
        new Systemd(Environment(("NOTIFY_SOCKET", tiny.At("gone")))).Ready("");
    }

    [Theory]
    [InlineData("3000000", null, 1.5)]
    [InlineData("3000000", "1", null)]
    [InlineData("", null, null)]
    [InlineData("0", null, null)]
    [InlineData("soon", null, null)]
    public void WatchdogInterval_IsHalf_AndOnlyForTheProcessMeant(string microseconds, string? pid, double? seconds)
    {
        using var socket = new NotifySocket(tiny.At("notify"));
        var systemd = new Systemd(Environment(("NOTIFY_SOCKET", tiny.At("notify")), ("WATCHDOG_USEC", microseconds), ("WATCHDOG_PID", pid)));
        Assert.Equal(seconds, systemd.WatchdogInterval?.TotalSeconds);
        systemd.FeedWatchdog();
        Assert.Equal(seconds is null, socket.IsEmpty);
    }

    [Fact]
    public async Task Run_UnderSystemd_TellsItEverything()
    {
        using var socket = new NotifySocket(tiny.At("notify"));
        File.WriteAllText(tiny.At("edge.yaml"), $$"""
            version: 1
            state: {{tiny.At("state")}}
            stations: [{ name: top, bundle: {{tiny.Folder}}, device: cpu }]
            web: { port: 0 }
            """);
        var start = new ProcessStartInfo("dotnet", [typeof(Systemd).Assembly.Location, "run", "--config", tiny.At("edge.yaml")]) { RedirectStandardError = true };
        (start.Environment["NOTIFY_SOCKET"], start.Environment["WATCHDOG_USEC"]) = (tiny.At("notify"), "1000000");
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            var starting = socket.ReceiveUntil("READY=1", 60);
            Assert.Contains("EXTEND_TIMEOUT_USEC=20000000", starting);
            Assert.DoesNotContain("WATCHDOG=1", starting);
            socket.ReceiveUntil("WATCHDOG=1", 10);

            Signal(process, "HUP");
            socket.ReceiveUntil("RELOADING=1\nMONOTONIC_USEC=", 10);
            socket.ReceiveUntil("READY=1", 30);

            Signal(process, "TERM");
            socket.ReceiveUntil("STOPPING=1", 10);
            Assert.True(process.WaitForExit(TimeSpan.FromSeconds(20)));
            Assert.Equal(0, process.ExitCode);
            Assert.Contains("golden samples agree", await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    private static Func<string, string?> Environment(params (string Name, string? Value)[] variables) => name => variables.FirstOrDefault(variable => variable.Name == name).Value;

    private static void Signal(Process process, string name) => Assert.Null(Tool.Run("sh", "-c", $"kill -{name} {process.Id}"));

    /// <summary>What systemd itself reads; clock 1 is CLOCK_MONOTONIC.</summary>
    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
