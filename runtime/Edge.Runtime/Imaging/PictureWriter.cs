using Edge.Runtime.Diffusion;
using OpenCvSharp;

namespace Edge.Runtime.Imaging;

/// <summary>Writes pictures as 8-bit PNG files, beside their place and then renamed.</summary>
public static class PictureWriter
{
    /// <summary>Writes a planar picture; values outside [-1, 1] are clipped.</summary>
    /// <param name="path">The file.</param>
    /// <param name="chw">[C, H, W] in [-1, 1], grey or RGB.</param>
    /// <param name="shape">Its shape.</param>
    /// <exception cref="PictureException">The file cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<float> chw, PictureShape shape)
    {
        var bytes = new byte[shape.Length];
        for (var c = 0; c < shape.Channels; c++)
            for (var i = 0; i < shape.Pixels; i++)
                bytes[i * shape.Channels + (shape.Channels - 1 - c)] = (byte)Math.Clamp(MathF.Round((chw[c * shape.Pixels + i] + 1) * 127.5f), 0, 255);
        Encode(path, bytes, shape, shape.Channels == 1 ? MatType.CV_8UC1 : MatType.CV_8UC3);
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

    private static unsafe void Encode(string path, byte[] bytes, PictureShape shape, MatType type)
    {
        OpenCvLibrary.EnsureLoaded();
        fixed (byte* pixels = bytes)
        {
            using var mat = Mat.FromPixelData(shape.Height, shape.Width, type, (nint)pixels);
            Cv2.ImEncode(".png", mat, out var png);
            Canvas.Save(path, png);
        }
    }
}
