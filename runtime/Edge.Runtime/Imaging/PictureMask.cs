using System.Drawing;

namespace Edge.Runtime.Imaging;

/// <summary>A region of a picture as one byte a pixel, 1 inside and 0 outside: what to ignore, or what to inspect, as its user decides.</summary>
internal static class PictureMask
{
    /// <summary>Reads a mask picture: every pixel that is not black is inside.</summary>
    /// <param name="path">A PNG, BMP or TIFF of exactly the pictures' size; JPEG leaves traces around every edge and is refused.</param>
    /// <param name="width">Width of the pictures, in pixels.</param>
    /// <param name="height">Height of the pictures, in pixels.</param>
    /// <returns>[height, width] of 0 and 1.</returns>
    /// <exception cref="PictureException">The file cannot be read or has another size.</exception>
    public static byte[] Read(string path, int width, int height)
    {
        using DecodedPicture picture = PictureFile.Read(path);
        if (picture.Format == "JPEG") throw new PictureException($"{path}: JPEG blurs a mask's edges; save it as PNG.");
        if (picture.Width != width || picture.Height != height)
            throw new PictureException(
                $"{path}: the mask has {picture.Width} x {picture.Height} pixels, the pictures {width} x {height}; draw it on one of them.");
        Frame frame = picture.AsFrame();
        int pixel = frame.Channels * frame.BytesPerChannel;
        var mask = new byte[width * height];
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> row = frame.Row(y);
            for (int x = 0; x < width; x++)
                if (row.Slice(x * pixel, pixel).ContainsAnyExcept((byte)0)) mask[y * width + x] = 1;
        }
        return mask;
    }

    /// <summary>Fills rectangles, in pixels of the picture.</summary>
    /// <param name="rectangles">Each must lie within the picture and not be empty.</param>
    /// <param name="width">Width of the pictures, in pixels.</param>
    /// <param name="height">Height of the pictures, in pixels.</param>
    /// <returns>[height, width] of 0 and 1.</returns>
    /// <exception cref="PictureException">A rectangle is empty or reaches outside.</exception>
    public static byte[] FromRectangles(IEnumerable<Rectangle> rectangles, int width, int height)
    {
        var mask = new byte[width * height];
        foreach (Rectangle r in rectangles)
        {
            if (r.Width < 1 || r.Height < 1 || r.X < 0 || r.Y < 0 || r.X > width - r.Width || r.Y > height - r.Height)
                throw new PictureException(
                    $"The region {r.Width} x {r.Height} at ({r.X}, {r.Y}) does not lie within the picture of {width} x {height}; correct it.");
            for (int y = r.Top; y < r.Bottom; y++) mask.AsSpan(y * width + r.Left, r.Width).Fill(1);
        }
        return mask;
    }
}
