using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;

namespace Edge.Runtime.Inspection;

/// <summary>Which pixels count for the verdict, at the scale the network sees. Kept for the size seen last.</summary>
internal sealed class InspectionMask(InspectorOptions options)
{
    private byte[] mask = [];
    private (int Width, int Height) size;

    /// <summary>[H, W], 0 where a pixel does not count; empty where all count.</summary>
    /// <exception cref="PictureException">The mask's size is another one, or it leaves nothing to inspect.</exception>
    public ReadOnlySpan<byte> For(int width, int height, PictureShape shape)
    {
        if (options.IgnoreMask is null && options.Regions.Count == 0)
            return [];
        if (size != (width, height))
        {
            mask = Make(width, height, shape);
            size = (width, height);
        }
        return mask;
    }

    private byte[] Make(int width, int height, PictureShape shape)
    {
        var full = options.Regions.Count == 0 ? Enumerable.Repeat((byte)1, width * height).ToArray() : PictureMask.FromRectangles(options.Regions, width, height);
        if (options.IgnoreMask is { } path)
        {
            var ignored = PictureMask.Read(path, width, height);
            for (var i = 0; i < full.Length; i++)
                if (ignored[i] != 0)
                    full[i] = 0;
        }

        var scaled = new byte[shape.Pixels];
        for (var y = 0; y < shape.Height; y++)
            for (var x = 0; x < shape.Width; x++)
                scaled[y * shape.Width + x] = full[(int)((y + 0.5) * height / shape.Height) * width + (int)((x + 0.5) * width / shape.Width)];
        if (!scaled.AsSpan().ContainsAnyExcept((byte)0))
            throw new PictureException($"the mask leaves nothing of {width}x{height} pixels to inspect.");
        return scaled;
    }
}
