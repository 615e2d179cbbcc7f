using System.Buffers.Binary;

namespace Edge.Runtime.Imaging;

/// <summary>What a picture file says about itself before it is decoded. Decoders allocate what a header claims and fill missing rows with
/// grey without a word, so both are looked at here.</summary>
internal readonly record struct PictureHeader(string Format, long Width, long Height)
{
    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <exception cref="PictureException">The bytes are no picture of a known format, or end too early.</exception>
    internal static PictureHeader Read(ReadOnlySpan<byte> file, string name)
    {
        if (file.IsEmpty) throw new PictureException($"{name}: the file is empty; copy or record it again.");
        if (file.StartsWith(PngSignature)) return Png(file, name);
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])) return Jpeg(file, name);
        if (file.StartsWith("BM"u8)) return Bmp(file, name);
        if (file.StartsWith("II*\0"u8)) return Tiff(file, name, littleEndian: true);
        if (file.StartsWith("MM\0*"u8)) return Tiff(file, name, littleEndian: false);
        throw new PictureException($"{name}: not a PNG, JPEG, BMP or TIFF picture, whatever its name ends with; convert it to one of these.");
    }

    private static PictureException Truncated(string name, string what) =>
        new($"{name}: the file is cut off ({what}); copy or record it again.");

    // PNG, third edition, section 5: signature, then chunks of length, type, data and CRC, from IHDR to IEND.
    private static PictureHeader Png(ReadOnlySpan<byte> file, string name)
    {
        if (file.Length < 33) throw Truncated(name, "its PNG header is incomplete");
        if (!file.Slice(12, 4).SequenceEqual("IHDR"u8)) throw new PictureException($"{name}: a PNG without a header chunk; save it again.");
        for (long at = 8; at + 12 <= file.Length; at += 12 + BinaryPrimitives.ReadUInt32BigEndian(file[(int)at..]))
            if (file.Slice((int)at + 4, 4).SequenceEqual("IEND"u8))
                return new("PNG", BinaryPrimitives.ReadUInt32BigEndian(file[16..]), BinaryPrimitives.ReadUInt32BigEndian(file[20..]));
        throw Truncated(name, "a PNG without its end chunk");
    }

    // ITU-T T.81, annex B: segments between markers; entropy-coded data follows each SOS, where FF is followed by 00 or RSTn only.
    private static PictureHeader Jpeg(ReadOnlySpan<byte> file, string name)
    {
        PictureHeader? header = null;
        int at = 2;
        while (at + 1 < file.Length)
        {
            int marker = file[at + 1];
            if (file[at] != 0xFF || marker is 0x00 or 0xFF or (>= 0xD0 and <= 0xD7))
            {
                int skip = file[(at + 1)..].IndexOf((byte)0xFF);
                if (skip < 0) break;
                at += 1 + skip;
                continue;
            }
            if (marker == 0xD9) return header ?? throw new PictureException($"{name}: a JPEG without a picture in it; save it again.");
            if (at + 4 > file.Length) break;
            int length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            bool startOfFrame = marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
            if (startOfFrame && header is null)
            {
                if (at + 9 > file.Length) break;
                header = new("JPEG", BinaryPrimitives.ReadUInt16BigEndian(file[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(file[(at + 5)..]));
            }
            at += 2 + length;
        }
        throw Truncated(name, "a JPEG without its end marker");
    }

    private static PictureHeader Bmp(ReadOnlySpan<byte> file, string name)
    {
        if (file.Length < 26) throw Truncated(name, "its BMP header is incomplete");
        long dataAt = BinaryPrimitives.ReadUInt32LittleEndian(file[10..]);
        bool old = BinaryPrimitives.ReadUInt32LittleEndian(file[14..]) == 12;
        if (!old && file.Length < 34) throw Truncated(name, "its BMP header is incomplete");
        long width = old ? BinaryPrimitives.ReadUInt16LittleEndian(file[18..]) : BinaryPrimitives.ReadInt32LittleEndian(file[18..]);
        // A negative height means the top row comes first.
        long height = old ? BinaryPrimitives.ReadUInt16LittleEndian(file[20..]) : Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(file[22..]));
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(file[(old ? 24 : 28)..]);
        bool compressed = !old && BinaryPrimitives.ReadUInt32LittleEndian(file[30..]) is 1 or 2;
        long needed = compressed ? dataAt + 1 : dataAt + (width * bits + 31) / 32 * 4 * height;
        if (file.Length < needed) throw Truncated(name, "a BMP with rows missing");
        return new("BMP", width, height);
    }

    // TIFF 6.0, section 2: the first directory; tags 256 and 257 are width and height.
    private static PictureHeader Tiff(ReadOnlySpan<byte> file, string name, bool littleEndian)
    {
        long width = 0, height = 0;
        long directory = file.Length < 8 ? file.Length : U32(file, 4);
        if (directory + 2 > file.Length) throw Truncated(name, "a TIFF without its directory");
        int entries = U16(file, (int)directory);
        if (directory + 2 + 12L * entries > file.Length) throw Truncated(name, "a TIFF with an incomplete directory");
        for (int i = 0; i < entries; i++)
        {
            int entry = (int)directory + 2 + 12 * i;
            long value = U16(file, entry + 2) == 3 ? U16(file, entry + 8) : U32(file, entry + 8);
            if (U16(file, entry) == 256) width = value;
            if (U16(file, entry) == 257) height = value;
        }
        return new("TIFF", width, height);

        int U16(ReadOnlySpan<byte> from, int at) =>
            littleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(from[at..]) : BinaryPrimitives.ReadUInt16BigEndian(from[at..]);
        long U32(ReadOnlySpan<byte> from, int at) =>
            littleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(from[at..]) : BinaryPrimitives.ReadUInt32BigEndian(from[at..]);
    }
}
