namespace Edge.Runtime.Imaging;

/// <summary>A view of one picture's pixels as cameras and OpenCV lay them out: rows of interleaved grey or BGR values. Owns nothing.</summary>
public readonly ref struct Frame
{
    /// <summary>Describes pixels that lie in memory.</summary>
    /// <param name="pixels">All rows; the last one may end after its last pixel.</param>
    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="channels">1 (grey) or 3 (blue, green, red).</param>
    /// <param name="bytesPerChannel">1 (0..255) or 2 (0..65535, little-endian).</param>
    /// <param name="stride">Bytes from one row to the next; 0 means rows follow each other without a gap.</param>
    /// <exception cref="ArgumentException">The numbers contradict each other or the span is too short for them.</exception>
    public Frame(ReadOnlySpan<byte> pixels, int width, int height, int channels, int bytesPerChannel = 1, int stride = 0)
    {
        if (width < 1 || height < 1) throw new ArgumentException($"A frame of {width} x {height} pixels has no content.");
        if (channels is not (1 or 3)) throw new ArgumentException($"A frame has 1 or 3 channels, not {channels}.");
        if (bytesPerChannel is not (1 or 2)) throw new ArgumentException($"A channel has 1 or 2 bytes, not {bytesPerChannel}.");
        long row = (long)width * channels * bytesPerChannel;
        if (stride == 0) stride = checked((int)row);
        if (stride < row) throw new ArgumentException($"A stride of {stride} bytes is shorter than a row of {row} bytes.");
        long needed = (height - 1L) * stride + row;
        if (pixels.Length < needed) throw new ArgumentException($"A {width} x {height} frame needs {needed} bytes, but there are {pixels.Length}.");
        Pixels = pixels;
        Width = width;
        Height = height;
        Channels = channels;
        BytesPerChannel = bytesPerChannel;
        Stride = stride;
    }

    /// <summary>The bytes of all rows.</summary>
    public ReadOnlySpan<byte> Pixels { get; }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Number of rows.</summary>
    public int Height { get; }

    /// <summary>1 (grey) or 3 (blue, green, red).</summary>
    public int Channels { get; }

    /// <summary>1, or 2 in little-endian order.</summary>
    public int BytesPerChannel { get; }

    /// <summary>Bytes from the start of one row to the start of the next.</summary>
    public int Stride { get; }

    /// <summary>The bytes of one row, without what pads it.</summary>
    /// <param name="y">0 .. Height - 1.</param>
    public ReadOnlySpan<byte> Row(int y) => Pixels.Slice(checked((int)((long)y * Stride)), Width * Channels * BytesPerChannel);
}
