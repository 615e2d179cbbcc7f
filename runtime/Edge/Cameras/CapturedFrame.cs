using Edge.Runtime;
using Edge.Runtime.Imaging;

namespace Edge.Cameras;

/// <summary>A picture in a buffer of its own that is used again for later pictures. One owner at a time: camera, then intake, then station.</summary>
internal sealed class CapturedFrame
{
    private byte[] pixels = [];

    public int Width { get; private set; }

    public int Height { get; private set; }

    public int Channels { get; private set; }

    public int BytesPerChannel { get; private set; }

    /// <summary>Number of this picture at its station, from 1, without a gap or a repetition.</summary>
    public long Sequence { get; set; }

    /// <summary>When the camera handed it over, on the monotonic clock of the <see cref="TimeProvider"/>.</summary>
    public long Timestamp { get; set; }

    /// <summary>The same moment on the wall clock, which may jump.</summary>
    public DateTimeOffset Time { get; set; }

    /// <summary>The part's id where the camera knows it (a file's name); null otherwise.</summary>
    public string? PartId { get; set; }

    /// <summary>Called once the result of this picture has been handed to every output; null where nobody waits for that.</summary>
    public Action? Completed { get; set; }

    /// <summary>Makes room and returns it: rows without a gap, grey or BGR, 16 bits little-endian.</summary>
    public Span<byte> Resize(int width, int height, int channels, int bytesPerChannel)
    {
        var length = checked(width * height * channels * bytesPerChannel);
        if (pixels.Length < length)
            pixels = GC.AllocateUninitializedArray<byte>(length);
        (Width, Height, Channels, BytesPerChannel) = (width, height, channels, bytesPerChannel);
        return pixels.AsSpan(0, length);
    }

    /// <summary>Copies a picture row by row, as grey or BGR values that fill their bits.</summary>
    public void Copy(in Frame source)
    {
        var frame = source.ToPlain();
        var row = frame.Width * frame.Channels * frame.BytesPerChannel;
        var target = Resize(frame.Width, frame.Height, frame.Channels, frame.BytesPerChannel);
        for (var y = 0; y < frame.Height; y++)
            frame.Pixels.Slice(y * frame.Stride, row).CopyTo(target[(y * row)..]);
    }

    /// <summary>The picture, to be worked on in place.</summary>
    public Span<byte> Pixels => pixels.AsSpan(0, Width * Height * Channels * BytesPerChannel);

    public Frame AsFrame() => new(Pixels, Width, Height, Channels, BytesPerChannel);

    /// <summary>Forgets what belonged to the last picture, but keeps the buffer.</summary>
    public void Reset() => (PartId, Completed) = (null, null);
}
