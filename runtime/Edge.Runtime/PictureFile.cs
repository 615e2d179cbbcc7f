using System.Runtime.InteropServices;
using Edge.Runtime.Imaging;
using OpenCvSharp;

namespace Edge.Runtime;

/// <summary>Reads PNG, JPEG, BMP, TIFF, PGM and PPM pictures as they are stored: 8 or 16 bits, grey or BGR (palettes become BGR). An
/// orientation noted in EXIF data or a TIFF's tag is ignored, because a fixed camera's pixels must not turn with a tag.</summary>
public static class PictureFile
{
    /// <summary>The formats that are read, for messages.</summary>
    public const string Formats = "PNG, JPEG, BMP, TIFF, PGM or PPM";

    /// <summary>The largest file that is read, in bytes (256 MiB).</summary>
    public const long MaxBytes = 256L << 20;

    /// <summary>The most pixels a picture may have (100 megapixels).</summary>
    public const long MaxPixels = 100_000_000;

    /// <summary>The longest side a picture may have, in pixels.</summary>
    public const int MaxSide = 65_500;

    /// <summary>Reads and decodes a file.</summary>
    /// <param name="path">The file; its extension does not matter.</param>
    /// <param name="significantBits">Bits of 16-bit values that the sensor fills, 8 to 16. 0 takes what the file says (PNG's sBIT, TIFF's
    /// MaxSampleValue, PGM's largest value), and 16 where it says nothing.</param>
    /// <exception cref="PictureException">The file is missing, unreadable, damaged, too large or in a form that is not inspected.</exception>
    /// <exception cref="DeviceException">OpenCV is not there.</exception>
    public static DecodedPicture Read(string path, int significantBits = 0)
    {
        byte[] encoded;
        try
        {
            long length = new FileInfo(path).Length;
            RefuseSpecial(path);
            RefuseTooLong(length, path);
            encoded = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or ArgumentException)
        {
            string escaped = UnixFile.Escaped(path);
            throw escaped == path
                ? new PictureException($"{path}: no such file; check the path.", e)
                : new PictureException($"{escaped}: its name is not UTF-8, so it cannot be opened; rename it.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new PictureException($"{path}: cannot be read ({e.Message.Split('\n')[0]}); check the file and its permissions.", e);
        }
        return Decode(encoded, path, significantBits);
    }

    /// <summary>Reads files one after the other. Those that cannot be read are named together at the end.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="use">Gets each picture, which is disposed afterwards.</param>
    /// <param name="significantBits">As for <see cref="Read"/>.</param>
    /// <exception cref="PictureException">Some cannot be read; one line for each.</exception>
    public static void ReadEach(IEnumerable<string> paths, Action<DecodedPicture> use, int significantBits = 0) => Each(paths, path =>
    {
        using var picture = Read(path, significantBits);
        use(picture);
    });

    /// <summary>Does something with pictures one after the other. Those with which it cannot be done are named together at the end.</summary>
    /// <param name="pictures">Files, or what stands for them.</param>
    /// <param name="use">What is done with each.</param>
    /// <exception cref="PictureException">It threw this for some; one line for each.</exception>
    internal static void Each<T>(IEnumerable<T> pictures, Action<T> use)
    {
        var faults = new List<PictureException>();
        foreach (var picture in pictures)
        {
            try
            {
                use(picture);
            }
            catch (PictureException e)
            {
                faults.Add(e);
            }
        }
        if (faults.Count > 0) throw new PictureException(string.Join('\n', faults.Select(fault => fault.Message)), faults[0]);
    }

    /// <summary>Decodes a picture from memory.</summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="name">What error messages call it.</param>
    /// <param name="significantBits">Bits of 16-bit values that the sensor fills, 8 to 16; 0 takes what the file says, or 16.</param>
    /// <exception cref="PictureException">The bytes are no picture, damaged, too large or in a form that is not inspected.</exception>
    /// <exception cref="DeviceException">OpenCV is not there.</exception>
    public static DecodedPicture Decode(ReadOnlySpan<byte> encoded, string name, int significantBits = 0)
    {
        if (significantBits is not (0 or (>= 8 and <= 16)))
            throw new ArgumentOutOfRangeException(nameof(significantBits), significantBits, "A sensor has 8 to 16 significant bits.");
        RefuseTooLong(encoded.Length, name);
        PictureHeader header = PictureHeader.Read(encoded, name);
        if (header.Width < 1 || header.Height < 1)
            throw new PictureException($"{name}: its {header.Format} header says {header.Width} x {header.Height} pixels; save it again.");
        if (header.Width > MaxSide || header.Height > MaxSide || header.Width * header.Height > MaxPixels)
            throw new PictureException(
                $"{name}: {header.Width} x {header.Height} pixels is more than {MaxSide} a side or {MaxPixels / 1_000_000} megapixels; cut it into pieces.");

        if (header.Format == "JPEG" && JpegScan.Fault(encoded) is { } damage)
            throw new PictureException($"{name}: the JPEG data is damaged ({damage}); record it again or save it as PNG.");

        OpenCvLibrary.EnsureLoaded();
        int said = header.SignificantBits;
        Mat decoded;
        if (header.Format == "PNM") (decoded, said) = PnmFile.Decode(encoded, header, name);
        else decoded = DecodeUnchanged(encoded, header, name);
        using Mat mat = decoded;
        if (Fault(mat, header) is { } fault) throw new PictureException($"{name}: {fault}");
        if (mat.Depth() == MatType.CV_8U) return new DecodedPicture(mat, header.Format, 8);

        int bits = significantBits > 0 ? significantBits : said > 0 && !(header.MayBeScaled && IsScaled(mat, said)) ? said : 16;
        var picture = new DecodedPicture(mat, header.Format, bits);
        CheckDepth(picture, header.WhiteIsZero, name);
        return picture;
    }

    /// <summary>A FIFO would wait for a writer and a device may never end, so neither is opened.</summary>
    private static void RefuseSpecial(string path)
    {
        if (UnixFile.IsSpecial(path))
            throw new PictureException($"{path}: a pipe, socket or device, not a file; name a picture.");
    }

    /// <summary>The PNG standard scales values up to 16 bits whatever sBIT says (section 12.4); many cameras' writers leave them as they are.
    /// Scaled values are larger than the bits, or look scaled one and all.</summary>
    private static unsafe bool IsScaled(Mat mat, int bits)
    {
        int full = (1 << bits) - 1, low = (1 << 16 - bits) - 1;
        var all = true;
        int rows = mat.Rows, values = mat.Cols * mat.Channels();
        for (int y = 0; y < rows; y++)
        {
            var row = new ReadOnlySpan<ushort>((byte*)mat.Data + y * mat.Step(), values);
            foreach (ushort value in row)
            {
                if (value > full) return true;
                all &= (value & low) == 0 || Math.Abs(value - (value >> 16 - bits) * 65535.0 / full) <= 1;
            }
        }
        return all;
    }

    private static void CheckDepth(DecodedPicture picture, bool whiteIsZero, string name)
    {
        int full = (1 << picture.SignificantBits) - 1;
        foreach (ref ushort value in MemoryMarshal.Cast<byte, ushort>(picture.Writable))
        {
            if (value > full)
                throw new PictureException(
                    $"{name}: its values reach {value}, which {picture.SignificantBits} significant bits do not hold; correct the number of bits.");
            if (whiteIsZero) value = (ushort)(full - value);
        }
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
            if (header.Turned)
            {
                byte[] upright = encoded.ToArray();
                TiffHeader.SetUpright(upright);
                encoded = upright;
            }
            Mat mat = Cv2.ImDecode(encoded, ImreadModes.Unchanged);
            if (mat.Channels() != 4 || !(header.AlphaIsPadding || IsOpaque(mat))) return mat;
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
        _ when mat.Channels() == 4 => Frame.Transparent,
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
