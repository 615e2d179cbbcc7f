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
    public static TrainingPicture Read(string path, Preprocessor preprocessor, int depth = 0)
    {
        using var picture = PictureFile.Read(path, depth);
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

    /// <summary>The same picture in the exposure that all have where the preprocessing gives them one.</summary>
    public TrainingPicture EquallyExposed()
    {
        float[] values = [.. Values];
        EqualExposure.Apply(values);
        return new TrainingPicture(Path, Shape, values);
    }

    /// <summary>Mean and standard deviation of the values' logarithm.</summary>
    public (float Mean, float Deviation) LogarithmicExposure()
    {
        float[] values = [.. Values];
        EqualExposure.TakeLogarithm(values);
        return ExposureOf(values);
    }

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

    /// <summary>Cuts out a square that is turned and larger or smaller than it comes out, by bilinear interpolation; beyond its rim the picture goes on as its own mirror image.</summary>
    /// <param name="side">Rows and columns of the square.</param>
    /// <param name="top">Of the square as it would lie unturned and of scale 1, as the two flips are.</param>
    /// <param name="left">As <paramref name="top"/>.</param>
    /// <param name="flipVertical">Whether it is mirrored top to bottom.</param>
    /// <param name="flipHorizontal">Whether it is mirrored left to right.</param>
    /// <param name="angle">By how much it is turned about its middle, in radians.</param>
    /// <param name="scale">Above 1 its content comes out larger.</param>
    /// <param name="crop">[C, side, side] receives it.</param>
    public void Warp(int side, int top, int left, bool flipVertical, bool flipHorizontal, double angle, double scale, Span<float> crop)
    {
        var (sin, cos) = Math.SinCos(angle);
        var (right, down) = ((flipHorizontal ? -1 : 1) / scale, (flipVertical ? -1 : 1) / scale);
        var middle = (side - 1) / 2.0;
        for (var y = 0; y < side; y++)
            for (var x = 0; x < side; x++)
            {
                var (u, v) = ((x - middle) * right, (y - middle) * down);
                var (px, py) = (left + middle + cos * u - sin * v, top + middle + sin * u + cos * v);
                var (x0, y0) = ((int)Math.Floor(px), (int)Math.Floor(py));
                var (fx, fy) = ((float)(px - x0), (float)(py - y0));
                var (column, next) = (Reflect(x0, Shape.Width), Reflect(x0 + 1, Shape.Width));
                var (row, below) = (Reflect(y0, Shape.Height) * Shape.Width, Reflect(y0 + 1, Shape.Height) * Shape.Width);
                for (var c = 0; c < Shape.Channels; c++)
                {
                    var plane = Values.AsSpan(c * Shape.Pixels, Shape.Pixels);
                    crop[(c * side + y) * side + x] = float.Lerp(float.Lerp(plane[row + column], plane[row + next], fx), float.Lerp(plane[below + column], plane[below + next], fx), fy);
                }
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

    internal static (float Mean, float Deviation) ExposureOf(float[] values)
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var v in values)
            (sum, squares) = (sum + v, squares + (double)v * v);
        var mean = sum / values.Length;
        return ((float)mean, (float)Math.Sqrt(Math.Max(0, squares / values.Length - mean * mean)));
    }

    private static int Reflect(int i, int extent)
    {
        if (i >= 0 && i < extent)
            return i;
        if (extent == 1)
            return 0;
        var period = 2 * (extent - 1);
        i = Math.Abs(i) % period;
        return i < extent ? i : period - i;
    }
}
