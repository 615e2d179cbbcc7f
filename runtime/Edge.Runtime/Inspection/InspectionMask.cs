using System.Security.Cryptography;
using System.Text;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;

namespace Edge.Runtime.Inspection;

/// <summary>Which pixels count for the verdict, in the picture and at the scale the network sees. Kept for the size seen last.</summary>
/// <param name="ignoreMask">Picture whose pixels that are not black do not count; null for none.</param>
/// <param name="regions">Rectangles that alone count; none means all of a picture.</param>
internal sealed class InspectionMask(string? ignoreMask, IReadOnlyList<System.Drawing.Rectangle> regions)
{
    private byte[]? full;
    private byte[]? scaled;
    private (int Width, int Height) size;
    private PictureShape scaledTo;

    /// <summary>SHA-256 of mask and regions; empty where all of a picture counts.</summary>
    public string Hash { get; } = HashOf(ignoreMask, regions);

    /// <summary>[H, W] of the picture, 0 where a pixel does not count; null where all count.</summary>
    /// <exception cref="PictureException">The mask's size is another one, or it leaves nothing to inspect.</exception>
    public byte[]? ForPicture(int width, int height)
    {
        if (ignoreMask is null && regions.Count == 0)
            return null;
        if (full is null || size != (width, height))
        {
            full = Make(width, height);
            size = (width, height);
            scaled = null;
        }
        return full;
    }

    /// <summary>[H, W] of the map, 0 where a pixel does not count; null where all count. A pixel of the map counts where every pixel of the picture under it does.</summary>
    /// <inheritdoc cref="ForPicture"/>
    public byte[]? ForMap(int width, int height, PictureShape shape)
    {
        if (ForPicture(width, height) is not { } picture)
            return null;
        if (scaled is null || scaledTo != shape)
        {
            scaled = Scale(picture, width, height, shape);
            scaledTo = shape;
        }
        return scaled;
    }

    private byte[] Make(int width, int height)
    {
        var mask = regions.Count == 0 ? Enumerable.Repeat((byte)1, width * height).ToArray() : PictureMask.FromRectangles(regions, width, height);
        if (ignoreMask is { } path)
        {
            var ignored = PictureMask.Read(path, width, height);
            for (var i = 0; i < mask.Length; i++)
                if (ignored[i] != 0)
                    mask[i] = 0;
        }
        return mask.AsSpan().ContainsAnyExcept((byte)0) ? mask : throw NothingLeft(width, height);
    }

    private static byte[] Scale(byte[] picture, int width, int height, PictureShape shape)
    {
        var mask = new byte[shape.Pixels];
        for (var y = 0; y < shape.Height; y++)
        {
            var (top, bottom) = Under(y, shape.Height, height);
            for (var x = 0; x < shape.Width; x++)
            {
                var (left, right) = Under(x, shape.Width, width);
                var counts = true;
                for (var v = top; v < bottom && counts; v++)
                    counts = !picture.AsSpan(v * width + left, right - left).Contains((byte)0);
                mask[y * shape.Width + x] = counts ? (byte)1 : (byte)0;
            }
        }
        return mask.AsSpan().ContainsAnyExcept((byte)0) ? mask : throw NothingLeft(width, height);
    }

    private static (int First, int End) Under(int i, int count, int pixels)
    {
        var first = (int)((long)i * pixels / count);
        return (first, Math.Clamp((int)(((long)i + 1) * pixels / count), first + 1, pixels));
    }

    private static PictureException NothingLeft(int width, int height) => new($"the mask leaves nothing of {width}x{height} pixels to inspect.");

    private static string HashOf(string? ignoreMask, IReadOnlyList<System.Drawing.Rectangle> regions)
    {
        if (ignoreMask is null && regions.Count == 0)
            return "";
        try
        {
            var text = string.Join(';', regions.Select(r => FormattableString.Invariant($"{r.X},{r.Y},{r.Width},{r.Height}")));
            return Convert.ToHexStringLower(SHA256.HashData([.. ignoreMask is null ? [] : File.ReadAllBytes(ignoreMask), .. Encoding.ASCII.GetBytes(text)]));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PictureException($"{ignoreMask}: the mask cannot be read ({e.Message.Split('\n')[0]}); check the file and its permissions.", e);
        }
    }
}
