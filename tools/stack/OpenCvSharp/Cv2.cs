// Stand-in for OpenCvSharp 4.13's Cv2 over Debian's OpenCV; delete when NuGet serves OpenCvSharp4 everywhere.
namespace OpenCvSharp;

public static unsafe class Cv2
{
    public static string? GetVersionString() => Native.Text(Native.edge_cv_version());

    public static LogLevel SetLogLevel(LogLevel logLevel) => (LogLevel)Native.edge_cv_set_log_level((int)logLevel);

    public static Mat ImDecode(ReadOnlySpan<byte> span, ImreadModes flags)
    {
        if (span.IsEmpty) throw new ArgumentException("Empty span", nameof(span));
        fixed (byte* bytes = span)
        {
            Native.Check(Native.edge_cv_imdecode(bytes, span.Length, (int)flags, out nint mat));
            return new Mat(mat);
        }
    }

    public static bool ImEncode(string ext, InputArray img, out byte[] buf, int[]? prms = null)
    {
        prms ??= [];
        Native.Check(Native.edge_cv_imencode(
            ext, img.Mat.Handle, prms, prms.Length, out nint owner, out byte* bytes, out long length, out int encoded));
        try
        {
            buf = new ReadOnlySpan<byte>(bytes, checked((int)length)).ToArray();
        }
        finally
        {
            Native.edge_cv_bytes_delete(owner);
        }
        return encoded != 0;
    }

    public static void CvtColor(InputArray src, OutputArray dst, ColorConversionCodes code, int dstCn = 0) =>
        Native.Check(Native.edge_cv_cvt_color(src.Mat.Handle, dst.Mat.Handle, (int)code, dstCn));

    public static void Resize(
        InputArray src, OutputArray dst, Size dsize, double fx = 0, double fy = 0, InterpolationFlags interpolation = InterpolationFlags.Linear) =>
        Native.Check(Native.edge_cv_resize(src.Mat.Handle, dst.Mat.Handle, dsize.Width, dsize.Height, fx, fy, (int)interpolation));

    public static void ApplyColorMap(InputArray src, OutputArray dst, ColormapTypes colormap) =>
        Native.Check(Native.edge_cv_apply_color_map(src.Mat.Handle, dst.Mat.Handle, (int)colormap));

    public static void Rectangle(
        Mat img, Rect rect, Scalar color, int thickness = 1, LineTypes lineType = LineTypes.Link8, int shift = 0) =>
        Native.Check(Native.edge_cv_rectangle(img.Handle, rect, color, thickness, (int)lineType, shift));

    public static void Polylines(
        Mat img, IEnumerable<IEnumerable<Point>> pts, bool isClosed, Scalar color,
        int thickness = 1, LineTypes lineType = LineTypes.Link8, int shift = 0)
    {
        Point[][] lines = pts.Select(line => line.ToArray()).ToArray();
        Native.Check(Native.edge_cv_polylines(
            img.Handle, lines.SelectMany(line => line).ToArray(), lines.Select(line => line.Length).ToArray(), lines.Length, isClosed ? 1 : 0,
            color, thickness, (int)lineType, shift));
    }

    public static void PutText(
        InputOutputArray img, string text, Point org, HersheyFonts fontFace, double fontScale, Scalar color,
        int thickness = 1, LineTypes lineType = LineTypes.Link8, bool bottomLeftOrigin = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        Native.Check(Native.edge_cv_put_text(
            img.Mat.Handle, text, org.X, org.Y, (int)fontFace, fontScale, color, thickness, (int)lineType, bottomLeftOrigin ? 1 : 0));
    }

    public static Size GetTextSize(string text, HersheyFonts fontFace, double fontScale, int thickness, out int baseLine)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        Native.Check(Native.edge_cv_text_size(text, (int)fontFace, fontScale, thickness, out baseLine, out Size size));
        return size;
    }

    public static void FindContours(
        InputArray image, out Point[][] contours, out HierarchyIndex[] hierarchy, RetrievalModes mode, ContourApproximationModes method,
        Point? offset = null)
    {
        Point by = offset ?? default;
        Native.Check(Native.edge_cv_find_contours(
            image.Mat.Handle, (int)mode, (int)method, by.X, by.Y, out nint owner, out int* packed, out int count));
        try
        {
            contours = new Point[count][];
            hierarchy = new HierarchyIndex[count];
            for (int i = 0; i < count; i++)
            {
                int points = *packed++;
                contours[i] = new ReadOnlySpan<Point>(packed, points).ToArray();
                packed += 2 * points;
            }
            for (int i = 0; i < count; i++, packed += 4) hierarchy[i] = new HierarchyIndex(packed[0], packed[1], packed[2], packed[3]);
        }
        finally
        {
            Native.edge_cv_bytes_delete(owner);
        }
    }
}
