using System.Buffers.Binary;
using System.Text;
using Edge.Service;
using Edge.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Edge.Tests.Service;

public sealed class ServiceLogTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly StringWriter lines = new();
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 22, 3, 4, 5, 678, TimeSpan.Zero));

    public void Dispose() => folder.Dispose();

    private string Place => Path.Combine(folder.Path, "journal");

    [Fact]
    public void Log_ToTheJournal_HasFields()
    {
        using var socket = new NotifySocket(Place);
        using var logs = ServiceLog.Create(new Journal(Place), lines, clock);
        var log = logs.CreateLogger("line");

        using (log.BeginScope("Part {PartId}", "A-17"))
            log.LogWarning("Station {Station}: threshold is now {NewThreshold}", "top", 12.5);

        var entry = Parse(socket.Receive());
        Assert.Equal("Station top: threshold is now 12.5", entry["MESSAGE"]);
        Assert.Equal("4", entry["PRIORITY"]);
        Assert.Equal("edge", entry["SYSLOG_IDENTIFIER"]);
        Assert.Equal("line", entry["CODE_FUNC"]);
        Assert.Equal("top", entry["EDGE_STATION"]);
        Assert.Equal("12.5", entry["EDGE_NEW_THRESHOLD"]);
        Assert.Equal("A-17", entry["EDGE_PART_ID"]);
        Assert.Equal(7, entry.Count);
        Assert.Empty(lines.ToString());
    }

    [Fact]
    public void Log_ValuesWithNewLines_ComeWhole()
    {
        using var socket = new NotifySocket(Place);
        using var logs = ServiceLog.Create(new Journal(Place), lines, clock);

        logs.CreateLogger("station.top").LogError(new InvalidOperationException("first\nsecond"), "Inspection {Id} failed", 7);

        var entry = Parse(socket.Receive());
        Assert.Equal("Inspection 7 failed: InvalidOperationException: first\nsecond", entry["MESSAGE"]);
        Assert.Equal("3", entry["PRIORITY"]);
        Assert.Equal("top", entry["EDGE_STATION"]);
        Assert.Equal("7", entry["EDGE_ID"]);
        Assert.StartsWith("System.InvalidOperationException: first\nsecond", entry["EDGE_EXCEPTION"]);
    }

    [Fact]
    public void Log_LongMessage_IsCutAndArrives()
    {
        using var socket = new NotifySocket(Place);
        using var logs = ServiceLog.Create(new Journal(Place), lines, clock);
        logs.CreateLogger("x").LogInformation("{Text}", new string('a', 1 << 20));
        Assert.Equal(new string('a', 16 << 10), Parse(socket.Receive())["MESSAGE"]);
    }

    [Fact]
    public void Log_NoJournal_IsOneLineOnStandardError()
    {
        using var logs = ServiceLog.Create(null, lines, clock);
        logs.CreateLogger("store").LogInformation("{Count} pictures\nkept", 5);
        logs.CreateLogger("store").LogDebug("not said");
        Assert.Equal("2026-11-22T03:04:05.678Z info  store: 5 pictures | kept\n", lines.ToString());
    }

    [Fact]
    public void Log_JournalGone_IsNotLost()
    {
        using var logs = ServiceLog.Create(new Journal(Place), lines, clock);
        logs.CreateLogger("store").LogError("still said");
        Assert.Equal("2026-11-22T03:04:05.678Z error store: still said\n", lines.ToString());
    }

    [Fact]
    public void Log_JournalBusy_NeverWaitsAndCounts()
    {
        using var socket = new NotifySocket(Place);
        using var logs = ServiceLog.Create(new Journal(Place), lines, clock);
        const int sent = 3000;
        for (var i = 0; i < sent; i++)
            logs.CreateLogger($"x{i}").LogInformation("{Text}", new string('a', 1000));
        var arrived = 0;
        for (; !socket.IsEmpty; arrived++)
            socket.Receive();
        Assert.InRange(arrived, 1, sent - 1);

        logs.CreateLogger("x").LogInformation("after");

        Assert.Equal($"The journal was busy: {sent - arrived} messages were lost", Parse(socket.Receive())["MESSAGE"]);
        Assert.Equal("after", Parse(socket.Receive())["MESSAGE"]);
        Assert.Empty(lines.ToString());
    }

    [Fact]
    public void Log_AddressWithPassword_DoesNotTellIt()
    {
        using var logs = ServiceLog.Create(null, lines, clock);
        logs.CreateLogger("camera").LogWarning(new IOException("rtsp://viewer:hunter2@camera.local/s1 refused"), "{Url} is down", "rtsp://viewer:hunter2@camera.local/s1");
        Assert.DoesNotContain("hunter2", lines.ToString());
        Assert.DoesNotContain("viewer", lines.ToString());
        Assert.Contains("rtsp://***@camera.local/s1 is down", lines.ToString());
    }

    [Fact]
    public void Log_Repetitions_AreHeldBackAndSummedUp()
    {
        using (var logs = ServiceLog.Create(null, lines, clock))
        {
            var log = logs.CreateLogger("camera");
            for (var i = 0; i < 250; i++)
            {
                log.LogWarning("Picture {Number} was lost", i);
                clock.Advance(TimeSpan.FromMilliseconds(30));
            }
            logs.CreateLogger("other").LogWarning("Picture {Number} was lost", 1);
            log.LogWarning("Something else");
            Assert.Equal(12, Count());

            clock.Advance(TimeSpan.FromSeconds(10));
            log.LogWarning("Picture {Number} was lost", 250);
            Assert.Equal(14, Count());
            Assert.Contains("Picture 249 was lost ... repeated 240 times in 10 s", lines.ToString());
            Assert.EndsWith("camera: Picture 250 was lost\n", lines.ToString());

            for (var i = 251; i < 280; i++)
                log.LogWarning("Picture {Number} was lost", i);
        }
        Assert.EndsWith("Picture 279 was lost ... repeated 20 times in 10 s\n", lines.ToString());

        int Count() => lines.ToString().Count(c => c == '\n');
    }

    [Fact]
    public void Log_RepetitionsEnd_AreSummedUpWithoutAnotherMessage()
    {
        using var logs = ServiceLog.Create(null, lines, clock);
        for (var i = 0; i < 12; i++)
            logs.CreateLogger("camera").LogWarning("Picture {Number} was lost", i);

        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.DoesNotContain("repeated", lines.ToString());
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.EndsWith("Picture 11 was lost ... repeated 2 times in 10 s\n", lines.ToString());
    }

    [Theory]
    [InlineData("8:1234", "socket:[1234]", true)]
    [InlineData("8:1234", "socket:[12345]", false)]
    [InlineData("8:1234", "/dev/pts/1", false)]
    [InlineData("8:1234", null, false)]
    [InlineData(null, "socket:[1234]", false)]
    [InlineData("", "socket:[]", false)]
    public void HasStandardError_OnlyForTheSocketSystemdMade(string? journalStream, string? stderr, bool expected) =>
        Assert.Equal(expected, Journal.HasStandardError(journalStream, stderr));

    /// <summary>The native protocol: NAME=value, or NAME, a 64-bit little-endian length and the value, where it has several lines.</summary>
    private static Dictionary<string, string> Parse(ReadOnlySpan<byte> datagram)
    {
        Dictionary<string, string> fields = [];
        while (!datagram.IsEmpty)
        {
            var end = datagram.IndexOf((byte)'\n');
            var equals = datagram[..end].IndexOf((byte)'=');
            if (equals >= 0)
            {
                fields.Add(Encoding.ASCII.GetString(datagram[..equals]), Encoding.UTF8.GetString(datagram[(equals + 1)..end]));
                datagram = datagram[(end + 1)..];
                continue;
            }
            var length = (int)BinaryPrimitives.ReadInt64LittleEndian(datagram[(end + 1)..]);
            fields.Add(Encoding.ASCII.GetString(datagram[..end]), Encoding.UTF8.GetString(datagram.Slice(end + 9, length)));
            Assert.Equal((byte)'\n', datagram[end + 9 + length]);
            datagram = datagram[(end + 10 + length)..];
        }
        return fields;
    }
}
