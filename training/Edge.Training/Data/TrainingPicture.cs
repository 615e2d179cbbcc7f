using Edge.Runtime.Diffusion;

namespace Edge.Training.Data;

/// <summary>A picture ready for training.</summary>
/// <param name="Path">The file it came from.</param>
/// <param name="Shape">Its shape after scaling.</param>
/// <param name="Values">[C, H, W] in [-1, 1].</param>
internal sealed record TrainingPicture(string Path, PictureShape Shape, float[] Values)
{
    /// <summary>In how many places a crop of this side fits along a dimension; where the picture is smaller, one.</summary>
    public int Offsets(int extent, int side) => Math.Max(1, extent - side + 1);

    /// <summary>Cuts out a square, mirrored if asked. Where the picture is smaller than the square it goes on as its own mirror image.</summary>
    public void Crop(int side, int top, int left, bool flipVertical, bool flipHorizontal, Span<float> crop)
    {
        for (var c = 0; c < Shape.Channels; c++)
            for (var y = 0; y < side; y++)
            {
                var row = Values.AsSpan((c * Shape.Height + Reflect(top + (flipVertical ? side - 1 - y : y), Shape.Height)) * Shape.Width, Shape.Width);
                var target = crop.Slice((c * side + y) * side, side);
                if (left + side <= Shape.Width)
                    row.Slice(left, side).CopyTo(target);
                else
                    for (var x = 0; x < side; x++)
                        target[x] = row[Reflect(left + x, Shape.Width)];
                if (flipHorizontal)
                    target.Reverse();
            }
    }

    /// <summary>Cuts out a rectangle that lies inside.</summary>
    public void Cut(PictureShape shape, int top, int left, Span<float> piece)
    {
        for (var c = 0; c < shape.Channels; c++)
            for (var y = 0; y < shape.Height; y++)
                Values.AsSpan((c * Shape.Height + top + y) * Shape.Width + left, shape.Width).CopyTo(piece.Slice((c * shape.Height + y) * shape.Width, shape.Width));
    }

    private static int Reflect(int i, int extent)
    {
        if (i < extent)
            return i;
        if (extent == 1)
            return 0;
        var period = 2 * (extent - 1);
        i %= period;
        return i < extent ? i : period - i;
    }
}
