using Edge.Runtime;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;
using OpenCvSharp;

namespace Edge.Drawing;

/// <summary>Encodes pictures, and writes them as 8-bit PNG files, beside their place and then renamed.</summary>
internal static class PictureWriter
{
    // OpenCV's ImwriteFlags.JpegQuality.
    private const int JpegQuality = 1;

    /// <summary>Encodes a picture as PNG, without loss, or as JPEG, where 16 bits become the upper 8.</summary>
    /// <param name="frame">The picture.</param>
    /// <param name="jpeg">JPEG rather than PNG.</param>
    /// <param name="quality">A JPEG's, 1 to 100.</param>
    /// <returns>A file's bytes.</returns>
    public static unsafe byte[] Encode(in Frame frame, bool jpeg, int quality = 95)
    {
        OpenCvLibrary.EnsureLoaded();
        var plain = frame.ToPlain();
        if (jpeg && plain.BytesPerChannel == 2)
            return Encode(new Frame(UpperBytes(plain), plain.Width, plain.Height, plain.Channels), jpeg, quality);
        var depth = plain.BytesPerChannel == 1 ? MatType.CV_8U : MatType.CV_16U;
        fixed (byte* first = plain.Pixels)
        {
            using var mat = Mat.FromPixelData(plain.Height, plain.Width, MatType.MakeType(depth, plain.Channels), (nint)first, plain.Stride);
            Cv2.ImEncode(jpeg ? ".jpg" : ".png", mat, out var file, jpeg ? [JpegQuality, quality] : null);
            return file;
        }
    }

    /// <summary>Writes a planar picture; values outside [-1, 1] are clipped.</summary>
    /// <param name="path">The file.</param>
    /// <param name="chw">[C, H, W] in [-1, 1], grey or RGB.</param>
    /// <param name="shape">Its shape.</param>
    /// <exception cref="PictureException">The file cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<float> chw, PictureShape shape)
    {
        Encode(path, Interleave(chw, shape), shape, shape.Channels == 1 ? MatType.CV_8UC1 : MatType.CV_8UC3);
    }

    /// <summary>Writes a mask: 255 where it is set, 0 elsewhere.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mask">[H, W].</param>
    /// <param name="shape">Its shape; the channels do not count.</param>
    /// <exception cref="PictureException">The file cannot be written.</exception>
    public static void WriteMask(string path, ReadOnlySpan<bool> mask, PictureShape shape)
    {
        var bytes = new byte[shape.Pixels];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = mask[i] ? (byte)255 : (byte)0;
        Encode(path, bytes, shape, MatType.CV_8UC1);
    }

    /// <summary>A planar picture as 8-bit pixels, grey or BGR; values outside [-1, 1] are clipped, what is no number is mid-grey.</summary>
    internal static byte[] Interleave(ReadOnlySpan<float> chw, PictureShape shape)
    {
        var bytes = new byte[shape.Length];
        for (var c = 0; c < shape.Channels; c++)
            for (var i = 0; i < shape.Pixels; i++)
            {
                var value = chw[c * shape.Pixels + i];
                var level = MathF.Round(((float.IsNaN(value) ? 0 : value) + 1) * 127.5f);
                bytes[i * shape.Channels + (shape.Channels - 1 - c)] = (byte)Math.Clamp(level, 0, 255);
            }
        return bytes;
    }

    /// <summary>Writes a file beside its place and renames it, so that nobody sees half of it.</summary>
    /// <exception cref="PictureException">The file cannot be written.</exception>
    internal static void Save(string path, byte[] file)
    {
        var beside = $"{path}.{Environment.ProcessId}-{Environment.CurrentManagedThreadId}.part";
        try
        {
            File.WriteAllBytes(beside, file);
            File.Move(beside, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            try { File.Delete(beside); } catch (IOException) { /* the first failure is the one to report */ }
            throw new PictureException($"{path}: cannot be written ({e.Message.Split('\n')[0]}); check the folder and its permissions.", e);
        }
    }

    private static byte[] UpperBytes(in Frame frame)
    {
        var row = frame.Width * frame.Channels;
        var upper = new byte[frame.Height * row];
        for (var y = 0; y < frame.Height; y++)
            for (var x = 0; x < row; x++)
                upper[y * row + x] = frame.Row(y)[2 * x + 1];
        return upper;
    }

    private static unsafe void Encode(string path, byte[] bytes, PictureShape shape, MatType type)
    {
        OpenCvLibrary.EnsureLoaded();
        fixed (byte* pixels = bytes)
        {
            using var mat = Mat.FromPixelData(shape.Height, shape.Width, type, (nint)pixels);
            Cv2.ImEncode(".png", mat, out var png);
            Save(path, png);
        }
    }
}
