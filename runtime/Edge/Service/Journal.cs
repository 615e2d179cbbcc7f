using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Edge.Service;

/// <summary>Sends messages with their fields to systemd's journal by its native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL).</summary>
internal sealed class Journal
{
    public const string SocketPath = "/run/systemd/journal/socket";

    /// <summary>Bytes of a value; longer ones are cut, so that a message fits into one datagram.</summary>
    private const int LongestValue = 16 << 10;

    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
    private readonly UnixDomainSocketEndPoint place;
    private long lost;

    public Journal(string path = SocketPath) => place = new UnixDomainSocketEndPoint(path);

    /// <summary>Whether standard error goes to the journal: systemd says which socket it gave us for it.</summary>
    /// <param name="journalStream">The value of JOURNAL_STREAM, device:inode.</param>
    /// <param name="stderr">What /proc/self/fd/2 points to; for a socket socket:[inode], of a device that all sockets share.</param>
    public static bool HasStandardError(string? journalStream, string? stderr) => journalStream?.Split(':') is [_, { Length: > 0 } inode] && stderr == $"socket:[{inode}]";

    /// <summary>Sends a message; never waits. What a journal that is too busy does not take is counted, and said as soon as it takes something.
    /// For one thread at a time.</summary>
    /// <returns>False when there is no journal.</returns>
    public bool TryWrite(LogEntry entry)
    {
        try
        {
            if (lost > 0)
            {
                socket.SendTo(Datagram(entry with { Level = LogLevel.Warning, Category = "log", Message = $"The journal was busy: {lost} messages were lost", Fields = [] }), place);
                lost = 0;
            }
            socket.SendTo(Datagram(entry), place);
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable)
        {
            // Not to standard error: that goes to the same journal, and would wait for it.
            lost++;
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static byte[] Datagram(LogEntry entry)
    {
        using var bytes = new MemoryStream();
        Add(bytes, "MESSAGE", entry.Message);
        Add(bytes, "PRIORITY", Priority(entry.Level).ToString(CultureInfo.InvariantCulture));
        Add(bytes, "SYSLOG_IDENTIFIER", "edge");
        Add(bytes, "CODE_FUNC", entry.Category);
        foreach (var (name, value) in entry.Fields)
            Add(bytes, FieldName(name), value);
        return bytes.ToArray();
    }

    private static void Add(MemoryStream bytes, string name, string value)
    {
        var text = Encoding.UTF8.GetBytes(value);
        var kept = text.AsSpan(0, Math.Min(text.Length, LongestValue));
        bytes.Write(Encoding.ASCII.GetBytes(name));
        if (kept.Contains((byte)'\n'))
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, kept.Length);
            bytes.WriteByte((byte)'\n');
            bytes.Write(length);
        }
        else
            bytes.WriteByte((byte)'=');
        bytes.Write(kept);
        bytes.WriteByte((byte)'\n');
    }

    /// <summary>The journal takes capitals, digits and underscores, 64 at most.</summary>
    private static string FieldName(string name)
    {
        var upper = JsonNamingPolicy.SnakeCaseUpper.ConvertName(name);
        var field = "EDGE_" + string.Concat(upper.Select(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) ? c : '_'));
        return field.Length <= 64 ? field : field[..64];
    }

    private static int Priority(LogLevel level) => level switch
    {
        LogLevel.Critical => 2,
        LogLevel.Error => 3,
        LogLevel.Warning => 4,
        LogLevel.Information => 6,
        _ => 7,
    };
}
