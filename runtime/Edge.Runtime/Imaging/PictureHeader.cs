using System.Buffers.Binary;

namespace Edge.Runtime.Imaging;

/// <summary>What a picture file says about itself before it is decoded. Decoders allocate what a header claims and fill missing rows with
/// grey without a word, so both are looked at here.</summary>
internal readonly record struct PictureHeader(string Format, long Width, long Height)
{
    /// <summary>Bits of a 16-bit value that the sensor fills, as the file says; 0 where it does not.</summary>
    public int SignificantBits { get; init; }

    /// <summary>Whether the significant bits may also be the upper ones, as the PNG standard wants it and many writers do not.</summary>
    public bool MayBeScaled { get; init; }

    /// <summary>Whether 16-bit values count down from white, which OpenCV does not heed.</summary>
    public bool WhiteIsZero { get; init; }

    /// <summary>Whether a TIFF's tag asks to turn the pixels.</summary>
    public bool Turned { get; init; }

    /// <summary>Whether the fourth channel of a BMP is padding.</summary>
    public bool AlphaIsPadding { get; init; }

    /// <summary>Where a PNM's values begin.</summary>
    public int DataAt { get; init; }

    /// <summary>A PNM's largest value.</summary>
    public int White { get; init; }

    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <exception cref="PictureException">The bytes are no picture of a known format, or end too early.</exception>
    internal static PictureHeader Read(ReadOnlySpan<byte> file, string name)
    {
        if (file.IsEmpty) throw new PictureException($"{name}: the file is empty; copy or record it again.");
        if (file.StartsWith(PngSignature)) return Png(file, name);
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])) return Jpeg(file, name);
        if (file.StartsWith("BM"u8)) return Bmp(file, name);
        if (TiffHeader.Is(file)) return TiffHeader.Read(file, name);
        if (PnmFile.Is(file)) return PnmFile.Read(file, name);
        if (Foreign(file) is { } foreign) throw new PictureException($"{name}: {foreign} is not read; save it as PNG.");
        throw new PictureException($"{name}: not a {PictureFile.Formats} picture, whatever its name ends with; convert it to one of these.");
    }

    /// <summary>The name of a format that is known but not read.</summary>
    private static string? Foreign(ReadOnlySpan<byte> file) => file switch
    {
        _ when file.StartsWith("RIFF"u8) && file.Length >= 12 && file.Slice(8, 4).SequenceEqual("WEBP"u8) => "WebP",
        _ when file.StartsWith("GIF8"u8) => "GIF",
        _ when file.StartsWith("%PDF"u8) => "PDF",
        _ when file.StartsWith("8BPS"u8) => "Photoshop's PSD",
        _ when file.StartsWith("v/1\u0001"u8) => "OpenEXR",
        _ when file.StartsWith("#?RADIANCE"u8) || file.StartsWith("#?RGBE"u8) => "Radiance HDR",
        _ when file.StartsWith((ReadOnlySpan<byte>)[0, 0, 0, 12, (byte)'j', (byte)'P']) => "JPEG 2000",
        _ when file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x4F, 0xFF, 0x51]) => "JPEG 2000",
        _ when file.StartsWith((ReadOnlySpan<byte>)[0, 0, 0, 12, (byte)'J', (byte)'X']) => "JPEG XL",
        _ when file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x0A]) => "JPEG XL",
        _ when file.Length >= 12 && file.Slice(4, 4).SequenceEqual("ftyp"u8) => file.Slice(8, 3).SequenceEqual("avi"u8) ? "AVIF" : "HEIF or video (ISO media)",
        [(byte)'P', (byte)'1' or (byte)'2' or (byte)'3' or (byte)'4' or (byte)'7', (byte)' ' or (>= 9 and <= 13), ..] => $"Netpbm's P{(char)file[1]}",
        _ when file.StartsWith("<svg"u8) || file.StartsWith("<?xml"u8) => "SVG or XML",
        _ when file.StartsWith((ReadOnlySpan<byte>)[0, 0, 1, 0]) => "ICO",
        _ => null,
    };

    internal static PictureException Truncated(string name, string what) =>
        new($"{name}: the file is cut off ({what}); copy or record it again.");

    // PNG, third edition, section 5: signature, then chunks of length, type, data and CRC, from IHDR to IEND.
    private static PictureHeader Png(ReadOnlySpan<byte> file, string name)
    {
        if (file.Length < 33) throw Truncated(name, "its PNG header is incomplete");
        if (!file.Slice(12, 4).SequenceEqual("IHDR"u8)) throw new PictureException($"{name}: a PNG without a header chunk; save it again.");
        int bits = 0;
        for (long at = 8; at + 12 <= file.Length; at += 12 + BinaryPrimitives.ReadUInt32BigEndian(file[(int)at..]))
        {
            ReadOnlySpan<byte> type = file.Slice((int)at + 4, 4);
            if (type.SequenceEqual("sBIT"u8) && file[24] == 16) bits = PngBits(file, (int)at, name);
            if (type.SequenceEqual("IEND"u8))
                return new("PNG", BinaryPrimitives.ReadUInt32BigEndian(file[16..]), BinaryPrimitives.ReadUInt32BigEndian(file[20..]))
                {
                    SignificantBits = bits, MayBeScaled = bits > 0,
                };
        }
        throw Truncated(name, "a PNG without its end chunk");
    }

    // Section 11.3.2.7: one byte per channel. Alpha, the last of colour types 4 and 6, does not count.
    private static int PngBits(ReadOnlySpan<byte> file, int at, string name)
    {
        int channels = (file[25] & 2) != 0 ? 3 : 1;
        if (BinaryPrimitives.ReadUInt32BigEndian(file[at..]) < channels || at + 8 + channels > file.Length)
            throw new PictureException($"{name}: its sBIT chunk is damaged; save it again.");
        int bits = 0;
        foreach (byte channel in file.Slice(at + 8, channels)) bits = Math.Max(bits, channel);
        return bits is >= 1 and <= 16
            ? Math.Max(bits, 8) % 16
            : throw new PictureException($"{name}: its sBIT chunk says {bits} significant bits; correct it or leave it out.");
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
        uint compression = old ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(file[30..]);
        bool padding = bits == 32 && !HasAlpha(file, compression);
        if (compression is 3 or 6) RequireKnownFields(file, bits, compression, name);
        return new("BMP", width, height) { AlphaIsPadding = padding };
    }

    // Headers of 56 bytes and more, and compression 6 (BI_ALPHABITFIELDS), have a fourth mask; without compression 3 or 6 no mask counts.
    private static bool HasAlpha(ReadOnlySpan<byte> file, uint compression)
    {
        bool masked = compression == 6 || (compression == 3 && BinaryPrimitives.ReadUInt32LittleEndian(file[14..]) >= 56);
        return masked && file.Length >= 70 && BinaryPrimitives.ReadUInt32LittleEndian(file[66..]) != 0;
    }

    /// <summary>OpenCV reads these masks rightly: blue, green and red in the lower bytes of 32 bits, or 5-5-5 and 5-6-5 of 16.</summary>
    private static void RequireKnownFields(ReadOnlySpan<byte> file, int bits, uint compression, string name)
    {
        if (file.Length < 66) throw Truncated(name, "a BMP without its masks");
        uint red = BinaryPrimitives.ReadUInt32LittleEndian(file[54..]);
        uint green = BinaryPrimitives.ReadUInt32LittleEndian(file[58..]), blue = BinaryPrimitives.ReadUInt32LittleEndian(file[62..]);
        bool known = (bits, red, green, blue) is (16, 0x7C00, 0x3E0, 0x1F) or (16, 0xF800, 0x7E0, 0x1F)
            or (32, 0xFF0000, 0xFF00, 0xFF);
        if (!known)
            throw new PictureException($"{name}: a BMP with masks {red:X}, {green:X} and {blue:X} is not read; save it with 24 bits a pixel.");
    }
}
