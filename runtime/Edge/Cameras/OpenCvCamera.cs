using System.Globalization;
using System.Runtime.InteropServices;
using Edge.Configuration;
using Edge.Runtime;
using Edge.Runtime.Imaging;
using Microsoft.Extensions.Logging;
using OpenCvSharp;

namespace Edge.Cameras;

/// <summary>Cameras of the kernel's (V4L2) and video files, through OpenCV.</summary>
internal sealed class OpenCvCamera : ICamera
{
    private readonly string name;
    private readonly Func<VideoCapture>? again;
    private readonly bool isFile;
    private readonly Mat picture = new();
    private readonly Mat grey = new();
    private VideoCapture capture;
    private bool isGrey;

    /// <summary>Bits by which values are shifted so that white is 65535, whatever the sensor's depth.</summary>
    private int shift;

    private bool hasPicture;

    private OpenCvCamera(string name, VideoCapture capture, bool isFile = false, Func<VideoCapture>? again = null) =>
        (this.name, this.capture, this.isFile, this.again) = (name, capture, isFile, again);

    public bool Waits => isFile;

    public bool Streams => !isFile;

    /// <param name="config">The camera.</param>
    /// <param name="log">Told of values that the device rounds.</param>
    /// <exception cref="DeviceException">It cannot be opened, or does not take what the configuration asks for.</exception>
    public static OpenCvCamera Open(V4l2Config config, ILogger log)
    {
        var remedy = File.Exists(config.Device)
            ? "another program may hold it, or this user may not be in the group video"
            : "no such device; `edge cameras` lists what there is";
        var capture = Open(config.Device, config.Device, VideoCaptureAPIs.V4L2, remedy);
        try
        {
            if (config.Fourcc is { } fourcc)
            {
                capture.Set(VideoCaptureProperties.FourCC, FourCc(fourcc));
                Agree(VideoCaptureProperties.FourCC, FourCc(fourcc), "pixel format", 0, value => FourCc((int)value));
            }
            if (config.Width is not null || config.Height is not null)
            {
                // OpenCV asks the camera only once it has both.
                var width = config.Width ?? capture.Get(VideoCaptureProperties.FrameWidth);
                var height = config.Height ?? capture.Get(VideoCaptureProperties.FrameHeight);
                capture.Set(VideoCaptureProperties.FrameWidth, width);
                capture.Set(VideoCaptureProperties.FrameHeight, height);
                Agree(VideoCaptureProperties.FrameWidth, width, "width", 0);
                Agree(VideoCaptureProperties.FrameHeight, height, "height", 0);
            }
            if (config.Fps is { } fps)
            {
                capture.Set(VideoCaptureProperties.Fps, fps);
                Agree(VideoCaptureProperties.Fps, fps, "rate", fps / 20);
            }
            // Only the newest picture counts, so the driver need not queue any.
            capture.Set(VideoCaptureProperties.BufferSize, 1);
            var camera = new OpenCvCamera(config.Device, capture);
            var format = FourCc((int)capture.Get(VideoCaptureProperties.FourCC));
            if (GreyShift(format) is { } shift)
            {
                // OpenCV would make these BGR of 8 bits.
                capture.Set(VideoCaptureProperties.ConvertRgb, 0);
                Agree(VideoCaptureProperties.ConvertRgb, 0, "conversion to BGR", 0);
                camera.shift = shift;
            }
            // At each opening: a device that was unplugged has forgotten them.
            using var controls = new V4l2Device(config.Device);
            V4l2Settings.Apply(config, controls, log);
            return camera;
        }
        catch
        {
            capture.Dispose();
            throw;
        }

        void Agree(VideoCaptureProperties property, double wanted, string what, double tolerance, Func<double, string>? text = null)
        {
            text ??= number => number.ToString("0.###", CultureInfo.InvariantCulture);
            if (capture.Get(property) is var taken && Math.Abs(taken - wanted) > tolerance)
                throw new DeviceException($"{config.Device}: takes {what} {text(taken)}, not {text(wanted)} as configured; configure what the camera has.");
        }
    }

    /// <exception cref="DeviceException">The file is missing or no video.</exception>
    public static OpenCvCamera Open(VideoFileConfig config)
    {
        if (!File.Exists(config.Path))
            throw new DeviceException($"{config.Path}: no such file; check camera.file.path.");
        var capture = Begin();
        return new OpenCvCamera(config.Path, capture, isFile: true, config.Loop ? Begin : null) { isGrey = IsGrey(capture) };

        VideoCapture Begin() => Open(config.Path, config.Path, VideoCaptureAPIs.FFMPEG, "it is no video, or one of a kind that is not read");
    }

    public CaptureStatus Capture(CapturedFrame frame, TimeSpan patience)
    {
        if (!capture.Read(picture) && !Rewind())
        {
            if (isFile && hasPicture)
                return CaptureStatus.Ended;
            throw new DeviceException(hasPicture ? $"{name}: gives no more pictures." : $"{name}: opened, but gives no picture.");
        }
        hasPicture = true;
        Copy(frame);
        return CaptureStatus.Captured;
    }

    public void Trigger()
    {
    }

    public void Dispose()
    {
        capture.Dispose();
        picture.Dispose();
        grey.Dispose();
    }

    private static VideoCapture Open(string source, string name, VideoCaptureAPIs api, string remedy)
    {
        OpenCvLibrary.EnsureLoaded();
        VideoCapture? capture = null;
        try
        {
            capture = new VideoCapture(source, api);
            if (capture.IsOpened())
                return capture;
        }
        catch (OpenCVException)
        {
            // Its message may hold the address with the password.
        }
        catch (DllNotFoundException e)
        {
            throw new DeviceException($"{name}: OpenCV's part for video does not load ({e.Message.Split('\n')[0].Trim()}): run tools/setup and build again.", e);
        }
        capture?.Dispose();
        throw new DeviceException($"{name}: cannot be opened: {remedy}.");
    }

    private bool Rewind()
    {
        if (again is null || !hasPicture)
            return false;
        // Not every file can be wound back, but every one can be opened again.
        capture.Dispose();
        capture = again();
        return capture.Read(picture);
    }

    private unsafe void Copy(CapturedFrame frame)
    {
        var source = picture;
        if (isGrey && picture.Channels() == 3)
            Cv2.CvtColor(picture, source = grey, ColorConversionCodes.BGR2GRAY);
        var (channels, depth) = (source.Channels(), source.Depth());
        if (channels is not (1 or 3) || depth is not (MatType.CV_8U or MatType.CV_16U))
            throw new DeviceException($"{name}: gives pictures of {channels} channels and OpenCV depth {depth}; grey or BGR of 8 or 16 bits are inspected. "
                + "A pipeline may end in: videoconvert ! video/x-raw,format=BGR ! appsink");
        var stride = checked((int)source.Step());
        frame.Copy(new Frame(new ReadOnlySpan<byte>((void*)source.Data, checked(stride * source.Rows)), source.Cols, source.Rows, channels, depth == MatType.CV_8U ? 1 : 2, stride));
        if (shift > 0)
            foreach (ref var value in MemoryMarshal.Cast<byte, ushort>(frame.Pixels))
                value <<= shift;
    }

    /// <summary>Whether the source is grey: FFmpeg's code is Y800 for 8 bits and begins with Y1 for more. OpenCV gives BGR of 8 bits for all of them.</summary>
    private static bool IsGrey(VideoCapture capture) => (int)capture.Get(VideoCaptureProperties.CodecPixelFormat) is var code
        && (FourCc(code) == "Y800" || (code & 0xFFFFFF) == ('Y' | '1' << 8));

    /// <summary>Bits by which the values of a grey pixel format are shifted to fill 8 or 16 bits; null for other formats.</summary>
    internal static int? GreyShift(string format) => format switch { "GREY" or "Y16 " => 0, "Y12 " => 4, "Y10 " => 6, _ => null };

    /// <summary>The kernel's number of a pixel format; the fourth letter of Y16 is a space.</summary>
    internal static int FourCc(string name)
    {
        var letters = name.PadRight(4);
        return letters[0] | letters[1] << 8 | letters[2] << 16 | letters[3] << 24;
    }

    private static string FourCc(int code) => string.Create(4, code, static (letters, code) =>
    {
        for (var i = 0; i < 4; i++)
            letters[i] = (char)(code >> 8 * i & 0x7F);
    });
}
