using System.Buffers.Binary;

namespace Edge.Runtime.Imaging;

/// <summary>What the first directory of a TIFF says (TIFF 6.0, section 2; BigTIFF with its longer numbers). What OpenCV would read wrongly is
/// refused by name.</summary>
internal readonly ref struct TiffHeader
{
    private const int Short = 3;

    private readonly ReadOnlySpan<byte> file;
    private readonly string name;
    private readonly bool littleEndian;
    private readonly bool big;

    private TiffHeader(ReadOnlySpan<byte> file, string name)
    {
        this.file = file;
        this.name = name;
        littleEndian = file[0] == 'I';
        big = (littleEndian ? file[2] : file[3]) == 43;
    }

    private int EntrySize => big ? 20 : 12;

    private int ValueAt => big ? 12 : 8;

    internal static bool Is(ReadOnlySpan<byte> file) =>
        file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8) || file.StartsWith("II+\0"u8) || file.StartsWith("MM\0+"u8);

    /// <exception cref="PictureException">The file is cut off, or holds what is not read.</exception>
    internal static PictureHeader Read(ReadOnlySpan<byte> file, string name) => new TiffHeader(file, name).Read();

    /// <summary>Sets every orientation to "as stored": a fixed camera's pixels must not turn with a tag. The header was read before.</summary>
    internal static void SetUpright(Span<byte> file)
    {
        var header = new TiffHeader(file, "");
        var (entries, count) = header.Directory();
        for (var i = 0; i < count; i++)
        {
            var entry = (int)(entries + (long)i * header.EntrySize);
            if (header.U16(entry) != 274)
                continue;
            var value = file.Slice(entry + header.ValueAt, 4);
            value.Clear();
            value[header.littleEndian ? 0 : header.U16(entry + 2) == Short ? 1 : 3] = 1;
        }
    }

    private PictureHeader Read()
    {
        long width = 0, height = 0, bits = 1, photometric = 1, samples = 1, planes = 1, sampleFormat = 1, subfile = 0, maximum = 0, orientation = 1;
        var (entries, count) = Directory();
        for (var i = 0; i < count; i++)
        {
            var entry = (int)(entries + (long)i * EntrySize);
            switch (U16(entry))
            {
                case 254: subfile = First(entry); break;
                case 256: width = First(entry); break;
                case 257: height = First(entry); break;
                case 258: bits = First(entry); break;
                case 262: photometric = First(entry); break;
                case 274: orientation = First(entry); break;
                case 277: samples = First(entry); break;
                case 281: maximum = First(entry); break;
                case 284: planes = First(entry); break;
                case 339: sampleFormat = First(entry); break;
            }
        }
        if ((subfile & 1) != 0)
            throw new PictureException($"{name}: its first page is a reduced copy of another (a thumbnail); save the picture alone.");
        var next = entries + (long)count * EntrySize;
        if (next + (big ? 8 : 4) <= file.Length && (big ? U64((int)next) : U32((int)next)) != 0)
            throw new PictureException($"{name}: a TIFF of more than one page is not read; save each page as a file of its own.");
        if (sampleFormat != 1)
            throw new PictureException($"{name}: its values are signed or floating-point numbers; convert it to a 16 bit PNG or TIFF.");
        if (bits is not (1 or 2 or 4 or 8 or 16))
            throw new PictureException($"{name}: a TIFF of {bits} bits a value is not read; save it with 8 or 16.");
        if (bits == 16 && samples > 1 && planes == 2)
            throw new PictureException($"{name}: a 16 bit TIFF with separate planes of colour is not read; save it with interleaved pixels.");
        if (photometric > 3 && photometric != 6 || (bits == 16 && photometric > 2))
            throw new PictureException($"{name}: a TIFF of colour space {photometric} with {bits} bits is not read; save it as grey or RGB.");
        return new("TIFF", width, height)
        {
            SignificantBits = bits == 16 ? BitsOf(maximum) : 0,
            WhiteIsZero = bits == 16 && photometric == 0,
            Turned = orientation != 1,
        };
    }

    /// <summary>MaxSampleValue counts where it is the white of a sensor, such as 4095. Elsewhere it is a statistic of this picture.</summary>
    private static int BitsOf(long maximum)
    {
        for (var bits = 9; bits < 16; bits++)
            if (maximum == (1 << bits) - 1)
                return bits;
        return 0;
    }

    private (long Entries, int Count) Directory()
    {
        var least = big ? 16 : 8;
        var at = file.Length < least ? file.Length : big ? U64(8) : U32(4);
        var prefix = big ? 8 : 2;
        if (at < 0 || at > file.Length - prefix)
            throw PictureHeader.Truncated(name, "a TIFF without its directory");
        var count = big ? U64((int)at) : U16((int)at);
        if (count < 0 || count > 65535 || at + prefix + count * EntrySize > file.Length)
            throw PictureHeader.Truncated(name, "a TIFF with an incomplete directory");
        return (at + prefix, (int)count);
    }

    /// <summary>The first value of an entry, which lies elsewhere where all do not fit.</summary>
    private long First(int entry)
    {
        var type = U16(entry + 2);
        var size = type switch { 1 or 6 => 1, Short or 8 => 2, 4 or 9 or 13 => 4, 16 or 17 or 18 => 8, _ => 0 };
        if (size == 0)
            return 0;
        var count = big ? U64(entry + 4) : U32(entry + 4);
        long at = entry + ValueAt;
        if (count > (big ? 8 : 4) / size)
            at = big ? U64((int)at) : U32((int)at);
        if (at < 0 || at > file.Length - size)
            throw PictureHeader.Truncated(name, "a TIFF whose directory points behind its end");
        return size switch { 1 => file[(int)at], 2 => U16((int)at), 4 => U32((int)at), _ => U64((int)at) };
    }

    private int U16(int at) =>
        littleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(file[at..]) : BinaryPrimitives.ReadUInt16BigEndian(file[at..]);

    private long U32(int at) =>
        littleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(file[at..]) : BinaryPrimitives.ReadUInt32BigEndian(file[at..]);

    private long U64(int at) =>
        littleEndian ? BinaryPrimitives.ReadInt64LittleEndian(file[at..]) : BinaryPrimitives.ReadInt64BigEndian(file[at..]);
}
