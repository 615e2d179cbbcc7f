using System.Runtime.InteropServices;
using Edge.Runtime;
using Edge.Runtime.Imaging;
using OpenCvSharp;

namespace Edge.Cameras;

/// <summary>Turns what a GenICam camera sends into what is inspected: grey or BGR, values over the whole range of 8 or 16 bits.</summary>
internal sealed class GenICamPixels : IDisposable
{
    // GenICam's Pixel Format Naming Convention, PFNC 32-bit values. The second byte is the number of bits a pixel takes.
    public const uint Mono8 = 0x01080001, Mono10 = 0x01100003, Mono12 = 0x01100005, Mono16 = 0x01100007;
    public const uint BayerGR8 = 0x01080008, BayerRG8 = 0x01080009, BayerGB8 = 0x0108000A, BayerBG8 = 0x0108000B;
    public const uint Rgb8 = 0x02180014, Bgr8 = 0x02180015;

    private readonly Mat colours;

    public GenICamPixels()
    {
        // Before anything of OpenCV's: it must load in the right order.
        OpenCvLibrary.EnsureLoaded();
        colours = new Mat();
    }

    /// <summary>Copies a picture.</summary>
    /// <param name="data">Rows one after the other, each followed by its padding.</param>
    /// <param name="format">The pixel format.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="padding">Bytes after each row.</param>
    /// <param name="frame">Gets the picture.</param>
    /// <exception cref="DeviceException">The format is one that is not read, or the data is too short.</exception>
    public void Copy(ReadOnlySpan<byte> data, uint format, int width, int height, int padding, CapturedFrame frame)
    {
        var (channels, bytes, shift) = format switch
        {
            Mono8 or BayerGR8 or BayerRG8 or BayerGB8 or BayerBG8 => (1, 1, 0),
            Mono10 => (1, 2, 6),
            Mono12 => (1, 2, 4),
            Mono16 => (1, 2, 0),
            Rgb8 or Bgr8 => (3, 1, 0),
            _ => throw new DeviceException($"pixel format 0x{format:X8} is not read; set pixel_format to Mono8, Mono10, Mono12, Mono16, BayerRG8, BayerGR8, BayerGB8, BayerBG8, RGB8 or BGR8."),
        };
        var stride = width * channels * bytes + padding;
        if (width < 1 || height < 1 || data.Length < (long)(height - 1) * stride + width * channels * bytes)
            throw new DeviceException($"a picture of {width} x {height} pixels came with {data.Length} bytes; the camera's format changed while it ran.");
        // GenICam names a mosaic by the colours its first row begins with, OpenCV by those of the second row from the second pixel on.
        ColorConversionCodes? conversion = format switch
        {
            BayerRG8 => ColorConversionCodes.BayerBG2BGR,
            BayerGR8 => ColorConversionCodes.BayerGB2BGR,
            BayerGB8 => ColorConversionCodes.BayerGR2BGR,
            BayerBG8 => ColorConversionCodes.BayerRG2BGR,
            Rgb8 => ColorConversionCodes.RGB2BGR,
            _ => null,
        };
        if (conversion is { } code)
        {
            Convert(data, channels == 3 ? MatType.CV_8UC3 : MatType.CV_8UC1, width, height, stride, code, frame);
            return;
        }
        frame.Copy(new Frame(data, width, height, channels, bytes, stride));
        if (shift > 0)
            foreach (ref var value in MemoryMarshal.Cast<byte, ushort>(frame.Pixels))
                value <<= shift;
    }

    public void Dispose() => colours.Dispose();

    private unsafe void Convert(ReadOnlySpan<byte> data, MatType type, int width, int height, int stride, ColorConversionCodes code, CapturedFrame frame)
    {
        fixed (byte* start = data)
        {
            using var source = Mat.FromPixelData(height, width, type, (nint)start, stride);
            Cv2.CvtColor(source, colours, code);
        }
        var step = checked((int)colours.Step());
        frame.Copy(new Frame(new ReadOnlySpan<byte>((void*)colours.Data, checked(step * height)), width, height, 3, 1, step));
    }
}
