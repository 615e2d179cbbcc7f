using System.Runtime.InteropServices;
using Edge.Runtime.Imaging;

namespace Edge.Runtime;

/// <summary>A view of one picture's pixels as cameras and OpenCV lay them out: rows of interleaved values. Copies nothing.</summary>
public readonly ref struct Frame
{
    /// <summary>Describes grey or BGR pixels of 8 or 16 bits that lie in memory.</summary>
    /// <param name="pixels">All rows; the last one may end after its last pixel.</param>
    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="channels">1 (grey) or 3 (blue, green, red).</param>
    /// <param name="bytesPerChannel">1 (0..255) or 2 (0..65535, little-endian).</param>
    /// <param name="stride">Bytes from one row to the next; 0 means rows follow each other without a gap.</param>
    /// <exception cref="ArgumentException">The numbers contradict each other or the span is too short for them.</exception>
    public Frame(ReadOnlySpan<byte> pixels, int width, int height, int channels, int bytesPerChannel = 1, int stride = 0)
        : this(pixels, width, height, FormatOf(channels, bytesPerChannel), stride)
    {
    }

    /// <summary>Describes pixels that lie in memory.</summary>
    /// <param name="pixels">All rows; the last one may end after its last pixel.</param>
    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="format">Order and size of the values.</param>
    /// <param name="stride">Bytes from one row to the next; 0 means rows follow each other without a gap.</param>
    /// <param name="significantBits">Bits of a value that a sensor fills: white is 2^bits - 1. 8 to 16; 0 takes the format's own.</param>
    /// <param name="owner">An object that keeps the memory valid while it is reachable, such as the camera's buffer; may be null.</param>
    /// <exception cref="ArgumentException">The numbers contradict each other or the span is too short for them.</exception>
    public Frame(
        ReadOnlySpan<byte> pixels, int width, int height, PixelFormat format, int stride = 0, int significantBits = 0, object? owner = null)
    {
        if (width < 1 || height < 1)
            throw new ArgumentException($"A frame of {width} x {height} pixels has no content.");
        (Channels, var bits) = Layout(format);
        BytesPerChannel = bits == 8 ? 1 : 2;
        SignificantBits = significantBits == 0 ? bits : significantBits;
        if (SignificantBits < 8 || SignificantBits > 8 * BytesPerChannel)
            throw new ArgumentException($"A {format} value has 8 to {8 * BytesPerChannel} significant bits, not {significantBits}.");
        var row = (long)width * Channels * BytesPerChannel;
        if (stride == 0)
            stride = checked((int)row);
        if (stride < row)
            throw new ArgumentException($"A stride of {stride} bytes is shorter than a row of {row} bytes.");
        var needed = (height - 1L) * stride + row;
        if (pixels.Length < needed)
            throw new ArgumentException($"A {width} x {height} frame needs {needed} bytes, but there are {pixels.Length}.");
        Pixels = pixels;
        Width = width;
        Height = height;
        Format = format;
        Stride = stride;
        Owner = owner;
    }

    /// <summary>The bytes of all rows.</summary>
    public ReadOnlySpan<byte> Pixels { get; }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Number of rows.</summary>
    public int Height { get; }

    /// <summary>Order and size of the values.</summary>
    public PixelFormat Format { get; }

    /// <summary>Values of a pixel: 1 (grey), 3 (colour) or 4 (colour and alpha).</summary>
    public int Channels { get; }

    /// <summary>1, or 2 in little-endian order.</summary>
    public int BytesPerChannel { get; }

    /// <summary>Bits of a value that a sensor fills: white is 2^bits - 1. 8 to 16.</summary>
    public int SignificantBits { get; }

    /// <summary>Bytes from the start of one row to the start of the next.</summary>
    public int Stride { get; }

    /// <summary>The object that keeps the memory valid; null where the span does so itself.</summary>
    public object? Owner { get; }

    /// <summary>Whether these are grey or BGR values that fill their 8 or 16 bits.</summary>
    private bool IsPlain => Format is PixelFormat.Mono8 or PixelFormat.Bgr8 || (BytesPerChannel == 2 && SignificantBits == 16);

    /// <summary>Describes pixels in memory that the runtime does not manage.</summary>
    /// <param name="pixels">The first row's first byte.</param>
    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="format">Order and size of the values.</param>
    /// <param name="stride">Bytes from one row to the next; 0 means rows follow each other without a gap.</param>
    /// <param name="significantBits">Bits of a value that a sensor fills; 0 takes the format's own.</param>
    /// <param name="owner">An object that frees the memory in its finaliser. An inspection keeps it reachable. With null, the caller keeps
    /// the memory valid.</param>
    /// <exception cref="ArgumentException">The pointer is null, or the numbers contradict each other.</exception>
    public static unsafe Frame FromPointer(
        nint pixels, int width, int height, PixelFormat format, int stride = 0, int significantBits = 0, object? owner = null)
    {
        if (pixels == 0)
            throw new ArgumentException("A frame needs a pointer to its pixels, not null.", nameof(pixels));
        var (channels, bits) = Layout(format);
        var row = (long)Math.Max(width, 0) * channels * (bits == 8 ? 1 : 2);
        var length = checked((int)((Math.Max(height, 1) - 1L) * Math.Max(stride == 0 ? row : stride, 0) + row));
        return new Frame(new ReadOnlySpan<byte>((void*)pixels, length), width, height, format, stride, significantBits, owner);
    }

    /// <summary>The bytes of one row, without what pads it.</summary>
    /// <param name="y">0 .. Height - 1.</param>
    public ReadOnlySpan<byte> Row(int y) => Pixels.Slice(checked((int)((long)y * Stride)), Width * Channels * BytesPerChannel);

    /// <summary>This frame, or where it is of another form a copy of it, as grey or BGR values that fill their 8 or 16 bits.</summary>
    /// <exception cref="PictureException">A pixel is transparent, or a value has more than the significant bits.</exception>
    public Frame ToPlain()
    {
        if (IsPlain)
            return this;
        var channels = Channels == 1 ? 1 : 3;
        var plain = new byte[Width * Height * channels * BytesPerChannel];
        for (var y = 0; y < Height; y++)
        {
            var target = plain.AsSpan(y * Width * channels * BytesPerChannel, Width * channels * BytesPerChannel);
            if (BytesPerChannel == 2)
                Widen(MemoryMarshal.Cast<byte, ushort>(Row(y)), SignificantBits, MemoryMarshal.Cast<byte, ushort>(target));
            else
                Reorder(Row(y), Channels, Format is PixelFormat.Rgb8 or PixelFormat.Rgba8, target);
        }
        GC.KeepAlive(Owner);
        return new Frame(plain, Width, Height, channels, BytesPerChannel);
    }

    /// <exception cref="PictureException">One of the values has more bits.</exception>
    internal static void RefuseMore(int allBits, int significantBits)
    {
        if (allBits >> significantBits != 0)
            throw new PictureException(
                $"its values exceed the {(1 << significantBits) - 1} of {significantBits} significant bits; correct the number of bits.");
    }

    private static void Widen(ReadOnlySpan<ushort> row, int bits, Span<ushort> target)
    {
        int full = (1 << bits) - 1, all = 0;
        for (var i = 0; i < row.Length; i++)
        {
            all |= row[i];
            target[i] = (ushort)Math.Min((row[i] * 65535L + full / 2) / full, 65535);
        }
        RefuseMore(all, bits);
    }

    private static void Reorder(ReadOnlySpan<byte> row, int channels, bool redFirst, Span<byte> target)
    {
        for (int at = 0, to = 0; at < row.Length; at += channels, to += 3)
        {
            if (channels == 4 && row[at + 3] != byte.MaxValue)
                throw new PictureException(Transparent);
            target[to] = row[redFirst ? at + 2 : at];
            target[to + 1] = row[at + 1];
            target[to + 2] = row[redFirst ? at : at + 2];
        }
    }

    internal const string Transparent = "parts of it are transparent, and what lies behind them is not known; flatten it first.";

    private static PixelFormat FormatOf(int channels, int bytesPerChannel) => (channels, bytesPerChannel) switch
    {
        (1, 1) => PixelFormat.Mono8,
        (1, 2) => PixelFormat.Mono16,
        (3, 1) => PixelFormat.Bgr8,
        (3, 2) => PixelFormat.Bgr16,
        (1 or 3, _) => throw new ArgumentException($"A channel has 1 or 2 bytes, not {bytesPerChannel}."),
        _ => throw new ArgumentException($"A frame has 1 or 3 channels, not {channels}; name a pixel format for others."),
    };

    private static (int Channels, int Bits) Layout(PixelFormat format) => format switch
    {
        PixelFormat.Mono8 => (1, 8),
        PixelFormat.Mono10 => (1, 10),
        PixelFormat.Mono12 => (1, 12),
        PixelFormat.Mono16 => (1, 16),
        PixelFormat.Bgr8 or PixelFormat.Rgb8 => (3, 8),
        PixelFormat.Bgra8 or PixelFormat.Rgba8 => (4, 8),
        PixelFormat.Bgr16 => (3, 16),
        _ => throw new ArgumentException($"{format} is not a pixel format."),
    };
}
