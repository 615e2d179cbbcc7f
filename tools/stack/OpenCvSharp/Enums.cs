// Stand-in for OpenCvSharp 4.13's enumerations, the members the product names; delete when NuGet serves OpenCvSharp4 everywhere.
namespace OpenCvSharp;

[Flags]
public enum ImreadModes
{
    Unchanged = -1,
}

public enum ColorConversionCodes
{
    BGRA2BGR = 1,
    RGB2BGR = 4,
    BGR2GRAY = 6,
    BayerBG2BGR = 46,
    BayerGB2BGR = 47,
    BayerRG2BGR = 48,
    BayerGR2BGR = 49,
}

[Flags]
public enum InterpolationFlags
{
    Linear = 1,
    Cubic = 2,
    Area = 3,
}

public enum ColormapTypes
{
    Inferno = 14,
}

[Flags]
public enum HersheyFonts
{
    HersheySimplex = 0,
}

public enum LineTypes
{
    Link8 = 8,
    AntiAlias = 16,
}

public enum RetrievalModes
{
    List = 1,
}

public enum ContourApproximationModes
{
    ApproxNone = 1,
}

public enum VideoCaptureAPIs
{
    V4L2 = 200,
    GSTREAMER = 1800,
    FFMPEG = 1900,
}

public enum VideoCaptureProperties
{
    FrameWidth = 3,
    FrameHeight = 4,
    Fps = 5,
    FourCC = 6,
    ConvertRgb = 16,
    BufferSize = 38,
    CodecPixelFormat = 46,
}

public enum LogLevel
{
    SILENT = 0,
}

public enum ErrorCode
{
    StsOk = 0,
    StsError = -2,
    StsNoMem = -4,
    StsBadArg = -5,
}
