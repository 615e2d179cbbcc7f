using Edge.Runtime.Imaging;
using OpenCvSharp;

namespace Edge.Runtime;

/// <summary>A decoded picture: grey or BGR, 8 or 16 bits per channel. The garbage collector owns its memory, so it may be queued, and a frame
/// of it never shows freed memory.</summary>
public sealed class DecodedPicture : IDisposable
{
    private byte[]? pixels;

    internal unsafe DecodedPicture(Mat mat, string format, int significantBits)
    {
        Format = format;
        Width = mat.Cols;
        Height = mat.Rows;
        Channels = mat.Channels();
        BytesPerChannel = mat.Depth() == MatType.CV_8U ? 1 : 2;
        SignificantBits = significantBits;
        var row = Width * Channels * BytesPerChannel;
        pixels = GC.AllocateUninitializedArray<byte>(checked(row * Height));
        for (var y = 0; y < Height; y++)
            new ReadOnlySpan<byte>((byte*)mat.Data + y * mat.Step(), row).CopyTo(pixels.AsSpan(y * row));
    }

    /// <summary>The kind of file it was: PNG, JPEG, BMP, TIFF or PNM.</summary>
    public string Format { get; }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Number of rows.</summary>
    public int Height { get; }

    /// <summary>1 (grey) or 3 (blue, green, red).</summary>
    public int Channels { get; }

    /// <summary>1 or 2.</summary>
    public int BytesPerChannel { get; }

    /// <summary>Bits of a value that the sensor fills: white is 2^bits - 1. 8 to 16.</summary>
    public int SignificantBits { get; }

    /// <summary>[Height, Width, Channels] the pixels, row by row without gaps.</summary>
    /// <exception cref="ObjectDisposedException">The picture was disposed.</exception>
    public ReadOnlyMemory<byte> Pixels => pixels ?? throw new ObjectDisposedException(nameof(DecodedPicture));

    internal Span<byte> Writable => pixels;

    /// <summary>The pixels, without a copy. The frame stays valid whatever becomes of this object.</summary>
    /// <exception cref="ObjectDisposedException">The picture was disposed.</exception>
    public Frame AsFrame()
    {
        var format = Channels == 1 ? BytesPerChannel == 1 ? PixelFormat.Mono8 : PixelFormat.Mono16
            : BytesPerChannel == 1 ? PixelFormat.Bgr8 : PixelFormat.Bgr16;
        return new Frame(Pixels.Span, Width, Height, format, significantBits: SignificantBits);
    }

    /// <summary>Lets go of the pixels.</summary>
    public void Dispose() => pixels = null;
}
