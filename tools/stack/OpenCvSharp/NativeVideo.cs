using System.Runtime.InteropServices;

namespace OpenCvSharp;

/// <summary>The functions of video.cpp, loaded when the first capture is opened.</summary>
internal static unsafe partial class NativeVideo
{
    private const string Library = "edge_opencv_video";

    /// <summary>Throws what the shim kept when a call returned other than 0.</summary>
    internal static void Check(int status)
    {
        if (status == 0) return;
        int code = edge_cv_error(out byte* function, out byte* message, out byte* file, out int line);
        throw new OpenCVException((ErrorCode)code, Native.Text(function), Native.Text(message), Native.Text(file), line);
    }

    [LibraryImport(Library)]
    private static partial int edge_cv_error(out byte* function, out byte* message, out byte* file, out int line);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int edge_cv_capture_open(string name, int api, int[] parameters, int parametersLength, out nint capture);

    [LibraryImport(Library)]
    internal static partial void edge_cv_capture_delete(nint capture);

    [LibraryImport(Library)]
    internal static partial int edge_cv_capture_is_opened(VideoCaptureHandle capture, out int opened);

    [LibraryImport(Library)]
    internal static partial int edge_cv_capture_read(VideoCaptureHandle capture, MatHandle mat, out int read);

    [LibraryImport(Library)]
    internal static partial int edge_cv_capture_set(VideoCaptureHandle capture, int property, double value, out int set);

    [LibraryImport(Library)]
    internal static partial int edge_cv_capture_get(VideoCaptureHandle capture, int property, out double value);
}
