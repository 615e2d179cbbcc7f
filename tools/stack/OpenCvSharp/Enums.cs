// Stand-in for OpenCvSharp 4.13's enumerations, the members the product names; delete when NuGet serves OpenCvSharp4 everywhere.
namespace OpenCvSharp;

[Flags]
public enum ImreadModes
{
    Unchanged = -1,
    Grayscale = 0,
    Color = 1,
    AnyDepth = 2,
    AnyColor = 4,
    IgnoreOrientation = 128,
}

public enum ImwriteFlags
{
    JpegQuality = 1,
    PngCompression = 16,
}

public enum ColorConversionCodes
{
    BGRA2BGR = 1,
    BGR2GRAY = 6,
    GRAY2BGR = 8,
}

[Flags]
public enum InterpolationFlags
{
    Nearest = 0,
    Linear = 1,
    Cubic = 2,
    Area = 3,
}

public enum ColormapTypes
{
    Inferno = 14,
    Turbo = 20,
}

[Flags]
public enum HersheyFonts
{
    HersheySimplex = 0,
    HersheyDuplex = 2,
}

public enum LineTypes
{
    Link8 = 8,
    Link4 = 4,
    AntiAlias = 16,
}

public enum RetrievalModes
{
    External = 0,
    List = 1,
}

public enum ContourApproximationModes
{
    ApproxNone = 1,
    ApproxSimple = 2,
}

public enum LogLevel
{
    SILENT = 0,
    FATAL = 1,
    ERROR = 2,
    WARNING = 3,
    INFO = 4,
    DEBUG = 5,
    VERBOSE = 6,
}

public enum ErrorCode
{
    StsOk = 0,
    StsError = -2,
    StsNoMem = -4,
    StsBadArg = -5,
}
