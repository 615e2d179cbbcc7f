using System.Runtime.InteropServices;
using System.Text;

namespace Edge.Runtime.Imaging;

/// <summary>What Linux knows about a file and .NET does not tell: its kind, and the bytes of its name.</summary>
internal static unsafe partial class UnixFile
{
    private const int WorkingDirectory = -100;
    private const uint WantType = 1;

    // Of struct statx, whose layout is the same on every processor (linux/stat.h).
    private const int StatSize = 256, ModeAt = 28;
    private const int KindMask = 0xF000, Regular = 0x8000, Folder = 0x4000;

    // Of struct dirent on 64-bit Linux: two 8-byte numbers, a 2-byte and a 1-byte one, then the name.
    private const int NameAt = 19;

    /// <summary>Whether a path leads to a FIFO, socket or device, through links too. Opens nothing.</summary>
    internal static bool IsSpecial(string path)
    {
        var status = stackalloc byte[StatSize];
        return Status(WorkingDirectory, path, 0, WantType, status) == 0 && (*(ushort*)(status + ModeAt) & KindMask) is not (Regular or Folder);
    }

    /// <summary>The path with the bytes of its name that are not UTF-8 as \xHH; the path itself where all are.</summary>
    internal static string Escaped(string path)
    {
        var name = Path.GetFileName(path);
        var folder = Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent : ".";
        if (!name.Contains('\uFFFD') || OpenDirectory(folder) is var directory && directory == 0)
            return path;
        try
        {
            while (ReadDirectory(directory) is var entry && entry != 0)
            {
                var bytes = MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)entry + NameAt);
                if (Encoding.UTF8.GetString(bytes) == name)
                    return Path.Combine(Path.GetDirectoryName(path) ?? "", Escaped(bytes));
            }
            return path;
        }
        finally
        {
            _ = CloseDirectory(directory);
        }
    }

    private static string Escaped(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        while (bytes.Length > 0)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var used) == System.Buffers.OperationStatus.Done)
                text.Append(rune);
            else
                foreach (var value in bytes[..used])
                    text.Append($"\\x{value:X2}");
            bytes = bytes[used..];
        }
        return text.ToString();
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int folder, string path, int flags, uint wanted, byte* status);

    [LibraryImport("libc", EntryPoint = "opendir", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint OpenDirectory(string path);

    [LibraryImport("libc", EntryPoint = "readdir")]
    private static partial nint ReadDirectory(nint directory);

    [LibraryImport("libc", EntryPoint = "closedir")]
    private static partial int CloseDirectory(nint directory);
}
