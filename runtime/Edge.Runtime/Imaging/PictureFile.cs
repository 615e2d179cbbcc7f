using OpenCvSharp;

namespace Edge.Runtime.Imaging;

/// <summary>Reads PNG, JPEG, BMP and TIFF pictures as they are stored: 8 or 16 bits, grey or BGR (palettes become BGR). An orientation
/// noted in EXIF data is ignored, because a fixed camera's pixels must not turn with a tag.</summary>
public static class PictureFile
{
    /// <summary>The largest file that is read, in bytes (256 MiB).</summary>
    public const long MaxBytes = 256L << 20;

    /// <summary>The most pixels a picture may have (100 megapixels).</summary>
    public const long MaxPixels = 100_000_000;

    /// <summary>The longest side a picture may have, in pixels.</summary>
    public const int MaxSide = 65_500;

    /// <summary>Reads and decodes a file.</summary>
    /// <param name="path">The file; its extension does not matter.</param>
    /// <exception cref="PictureException">The file is missing, unreadable, damaged, too large or in a form that is not inspected.</exception>
    /// <exception cref="DeviceException">OpenCV is not there.</exception>
    public static DecodedPicture Read(string path)
    {
        byte[] encoded;
        try
        {
            long length = new FileInfo(path).Length;
            RefuseTooLong(length, path);
            encoded = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or ArgumentException)
        {
            throw new PictureException($"{path}: no such file; check the path.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new PictureException($"{path}: cannot be read ({e.Message.Split('\n')[0]}); check the file and its permissions.", e);
        }
        return Decode(encoded, path);
    }

    /// <summary>Decodes a picture from memory.</summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="name">What error messages call it.</param>
    /// <exception cref="PictureException">The bytes are no picture, damaged, too large or in a form that is not inspected.</exception>
    /// <exception cref="DeviceException">OpenCV is not there.</exception>
    public static DecodedPicture Decode(ReadOnlySpan<byte> encoded, string name)
    {
        RefuseTooLong(encoded.Length, name);
        PictureHeader header = PictureHeader.Read(encoded, name);
        if (header.Width < 1 || header.Height < 1)
            throw new PictureException($"{name}: its {header.Format} header says {header.Width} x {header.Height} pixels; save it again.");
        if (header.Width > MaxSide || header.Height > MaxSide || header.Width * header.Height > MaxPixels)
            throw new PictureException(
                $"{name}: {header.Width} x {header.Height} pixels is more than {MaxSide} a side or {MaxPixels / 1_000_000} megapixels; cut it into pieces.");

        OpenCvLibrary.EnsureLoaded();
        Mat mat = DecodeUnchanged(encoded, header, name);
        string? fault = Fault(mat, header);
        if (fault is null) return new DecodedPicture(mat, header.Format);
        mat.Dispose();
        throw new PictureException($"{name}: {fault}");
    }

    private static void RefuseTooLong(long length, string name)
    {
        if (length > MaxBytes)
            throw new PictureException($"{name}: {length >> 20} MiB is more than the {MaxBytes >> 20} MiB that are read; save it smaller.");
    }

    private static Mat DecodeUnchanged(ReadOnlySpan<byte> encoded, PictureHeader header, string name)
    {
        try
        {
            Mat mat = Cv2.ImDecode(encoded, ImreadModes.Unchanged);
            if (mat.Channels() != 4 || !IsOpaque(mat)) return mat;
            var bgr = new Mat();
            using (mat) Cv2.CvtColor(mat, bgr, ColorConversionCodes.BGRA2BGR);
            return bgr;
        }
        catch (OpenCVException e)
        {
            throw new PictureException($"{name}: {Damaged(header)}", e);
        }
    }

    private static string? Fault(Mat mat, PictureHeader header) => mat switch
    {
        _ when mat.Empty() => Damaged(header),
        _ when mat.Depth() is not (MatType.CV_8U or MatType.CV_16U) =>
            "its values are neither 8 nor 16 bit integers; convert it to a 16 bit PNG or TIFF.",
        _ when mat.Channels() == 4 => "parts of it are transparent, and what lies behind them is not known; flatten it first.",
        _ when mat.Channels() is not (1 or 3) => $"it has {mat.Channels()} channels; save it as grey or as colour.",
        _ => null,
    };

    private static string Damaged(PictureHeader header) =>
        $"the {header.Format} data is damaged or of a kind that is not read; record it again or save it as PNG.";

    private static unsafe bool IsOpaque(Mat bgra)
    {
        if (bgra.Depth() is not (MatType.CV_8U or MatType.CV_16U)) return false;
        int values = bgra.Cols * 4, rows = bgra.Rows;
        for (int y = 0; y < rows; y++)
        {
            byte* start = (byte*)bgra.Data + y * bgra.Step();
            bool opaque = bgra.Depth() == MatType.CV_8U
                ? IsOpaque(new ReadOnlySpan<byte>(start, values), byte.MaxValue)
                : IsOpaque(new ReadOnlySpan<ushort>(start, values), ushort.MaxValue);
            if (!opaque) return false;
        }
        return true;
    }

    private static bool IsOpaque<T>(ReadOnlySpan<T> row, T full) where T : unmanaged, IEquatable<T>
    {
        for (int i = 3; i < row.Length; i += 4)
            if (!row[i].Equals(full)) return false;
        return true;
    }
}
