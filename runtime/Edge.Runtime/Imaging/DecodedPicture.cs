using OpenCvSharp;

namespace Edge.Runtime.Imaging;

/// <summary>A decoded picture in OpenCV's memory: grey or BGR, 8 or 16 bits a channel. Dispose it when its frame is no longer used.</summary>
public sealed class DecodedPicture : IDisposable
{
    private readonly Mat mat;
    private bool disposed;

    internal DecodedPicture(Mat mat, string format)
    {
        Format = format;
        this.mat = mat;
        (Width, Height, Channels, BytesPerChannel) = (mat.Cols, mat.Rows, mat.Channels(), mat.Depth() == MatType.CV_8U ? 1 : 2);
    }

    /// <summary>The kind of file it was: PNG, JPEG, BMP or TIFF.</summary>
    public string Format { get; }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Number of rows.</summary>
    public int Height { get; }

    /// <summary>1 (grey) or 3 (blue, green, red).</summary>
    public int Channels { get; }

    /// <summary>1 or 2.</summary>
    public int BytesPerChannel { get; }

    /// <summary>The pixels, without a copy. They live as long as this object is not disposed.</summary>
    /// <exception cref="ObjectDisposedException">The picture was disposed.</exception>
    public unsafe Frame AsFrame()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        int stride = checked((int)mat.Step());
        return new Frame(new ReadOnlySpan<byte>((void*)mat.Data, checked(stride * Height)), Width, Height, Channels, BytesPerChannel, stride);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        disposed = true;
        mat.Dispose();
    }
}
