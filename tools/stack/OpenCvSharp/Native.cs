using System.Runtime.InteropServices;

namespace OpenCvSharp;

/// <summary>The functions of shim.cpp.</summary>
internal static unsafe partial class Native
{
    private const string Library = "edge_opencv";

    /// <summary>Throws what the shim kept when a call returned other than 0.</summary>
    internal static void Check(int status)
    {
        if (status == 0) return;
        int code = edge_cv_error(out byte* function, out byte* message, out byte* file, out int line);
        throw new OpenCVException((ErrorCode)code, Text(function), Text(message), Text(file), line);
    }

    internal static string Text(byte* utf8) => Marshal.PtrToStringUTF8((nint)utf8) ?? "";

    [LibraryImport(Library)]
    private static partial int edge_cv_error(out byte* function, out byte* message, out byte* file, out int line);

    [LibraryImport(Library)]
    internal static partial byte* edge_cv_version();

    [LibraryImport(Library)]
    internal static partial int edge_cv_set_log_level(int level);

    [LibraryImport(Library)]
    internal static partial int edge_cv_mat_new(out nint mat);

    [LibraryImport(Library)]
    internal static partial int edge_cv_mat_filled(int rows, int cols, int type, in Scalar value, out nint mat);

    [LibraryImport(Library)]
    internal static partial int edge_cv_mat_over(int rows, int cols, int type, nint data, long step, out nint mat);

    [LibraryImport(Library)]
    internal static partial void edge_cv_mat_delete(nint mat);

    [LibraryImport(Library)]
    internal static partial void edge_cv_mat_info(MatHandle mat, out int rows, out int cols, out int type, out long step, out byte* data);

    [LibraryImport(Library)]
    internal static partial int edge_cv_imdecode(byte* bytes, int length, int flags, out nint mat);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int edge_cv_imencode(
        string extension, MatHandle mat, int[] parameters, int parametersLength, out nint owner, out byte* bytes, out long length, out int encoded);

    [LibraryImport(Library)]
    internal static partial void edge_cv_bytes_delete(nint owner);

    [LibraryImport(Library)]
    internal static partial int edge_cv_cvt_color(MatHandle source, MatHandle target, int code, int channels);

    [LibraryImport(Library)]
    internal static partial int edge_cv_resize(MatHandle source, MatHandle target, int width, int height, double fx, double fy, int interpolation);

    [LibraryImport(Library)]
    internal static partial int edge_cv_apply_color_map(MatHandle source, MatHandle target, int map);

    [LibraryImport(Library)]
    internal static partial int edge_cv_rectangle(MatHandle mat, in Rect rectangle, in Scalar color, int thickness, int lineType, int shift);

    [LibraryImport(Library)]
    internal static partial int edge_cv_polylines(
        MatHandle mat, Point[] points, int[] counts, int lines, int closed, in Scalar color, int thickness, int lineType, int shift);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int edge_cv_put_text(
        MatHandle mat, string text, int x, int y, int font, double scale, in Scalar color, int thickness, int lineType, int bottomLeft);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int edge_cv_text_size(string text, int font, double scale, int thickness, out int baseLine, out Size size);

    [LibraryImport(Library)]
    internal static partial int edge_cv_find_contours(
        MatHandle image, int mode, int method, int offsetX, int offsetY, out nint owner, out int* packed, out int contours);
}
