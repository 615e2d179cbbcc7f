using Edge.Runtime;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;

namespace Edge.Training.Data;

/// <summary>A picture ready for training.</summary>
/// <param name="Path">The file it came from.</param>
/// <param name="Shape">Its shape after scaling.</param>
/// <param name="Values">[C, H, W] in [-1, 1].</param>
internal sealed record TrainingPicture(string Path, PictureShape Shape, float[] Values)
{
    /// <summary>Mean and standard deviation of all values: how bright the picture is and how much contrast it has.</summary>
    public (float Mean, float Deviation) Exposure { get; } = ExposureOf(Values);

    /// <summary>Reads a picture as a preprocessor prepares it.</summary>
    public static TrainingPicture Read(string path, Preprocessor preprocessor)
    {
        using var picture = PictureFile.Read(path);
        try
        {
            preprocessor.Prepare(picture.AsFrame());
        }
        catch (PictureException e)
        {
            throw new PictureException($"{path}: {e.Message}", e);
        }
        return new TrainingPicture(path, preprocessor.Shape, preprocessor.Values.ToArray());
    }

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

    /// <summary>Gives values of this picture another brightness and contrast, within [-1, 1].</summary>
    public void Expose(Span<float> values, float mean, float deviation)
    {
        var factor = Exposure.Deviation > 0 ? deviation / Exposure.Deviation : 1;
        foreach (ref var v in values)
            v = Math.Clamp((v - Exposure.Mean) * factor + mean, -1, 1);
    }

    private static (float, float) ExposureOf(float[] values)
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var v in values)
            (sum, squares) = (sum + v, squares + (double)v * v);
        var mean = sum / values.Length;
        return ((float)mean, (float)Math.Sqrt(Math.Max(0, squares / values.Length - mean * mean)));
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
