using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;

namespace Edge.Training.Data;

/// <summary>
/// A picture ready for training. It is kept in whole levels and turned into floats crop by crop: one byte per value where the values are
/// exactly those of an 8-bit picture, which scaling leaves alone at factor 1, else two. A picture of C channels and H x W pixels after
/// scaling therefore takes at most 2 C H W bytes: 10,000 grey ones of 256 x 256 take 1.3 GB, and 20 of 20 megapixels in colour,
/// unscaled, take 1.2 GB.
/// </summary>
internal sealed class TrainingPicture
{
    private const float HalfByte = 127.5f;
    private const float HalfWord = 32767.5f;
    private static readonly float[] ByteValues = [.. Enumerable.Range(0, 256).Select(level => level / HalfByte - 1)];

    private readonly byte[]? bytes;
    private readonly ushort[] words = [];

    /// <param name="path">The file it came from.</param>
    /// <param name="shape">Its shape after scaling.</param>
    /// <param name="values">[C, H, W] in [-1, 1]; rounded to 16 bits, an error of at most 1.6e-5, unless 8 bits hold them exactly.</param>
    public TrainingPicture(string path, PictureShape shape, ReadOnlySpan<float> values)
    {
        (Path, Shape) = (path, shape);
        bytes = InBytes(values);
        if (bytes is null)
        {
            words = new ushort[values.Length];
            for (var i = 0; i < words.Length; i++)
                words[i] = (ushort)Math.Clamp(MathF.Round((values[i] + 1) * HalfWord), 0, ushort.MaxValue);
        }
        Exposure = Moments(logarithm: false);
    }

    private TrainingPicture(TrainingPicture grey, int channels)
    {
        (Path, Sha256, Exposure) = (grey.Path, grey.Sha256, grey.Exposure);
        Shape = grey.Shape with { Channels = channels };
        bytes = grey.bytes is null ? null : Repeat(grey.bytes, channels);
        words = Repeat(grey.words, channels);
    }

    /// <summary>The file it came from.</summary>
    public string Path { get; }

    /// <summary>SHA-256 of that file in hexadecimal; empty where there is no file.</summary>
    public string Sha256 { get; private init; } = "";

    /// <summary>Its shape after scaling.</summary>
    public PictureShape Shape { get; }

    /// <summary>Mean and standard deviation of all values: how bright the picture is and how much contrast it has.</summary>
    public (float Mean, float Deviation) Exposure { get; }

    /// <summary>Bytes that its values take in memory.</summary>
    public long MemoryBytes => (bytes?.LongLength ?? 0) + sizeof(ushort) * words.LongLength;

    /// <summary>[C, H, W] in [-1, 1], a new array at every call.</summary>
    public float[] Values
    {
        get
        {
            var values = new float[Shape.Length];
            Decode(0, values);
            return values;
        }
    }

    /// <summary>Reads a picture as a preprocessor prepares it.</summary>
    /// <exception cref="PictureException">It cannot be read or is too small.</exception>
    public static TrainingPicture Read(string path, Preprocessor preprocessor, int depth = 0)
    {
        using var picture = PictureFile.Read(path, depth);
        return Prepared(path, picture, preprocessor);
    }

    /// <summary>A picture that is decoded already, as a preprocessor prepares it.</summary>
    /// <inheritdoc cref="Read"/>
    public static TrainingPicture Prepared(string path, DecodedPicture picture, Preprocessor preprocessor)
    {
        try
        {
            preprocessor.Prepare(picture.AsFrame());
        }
        catch (PictureException e)
        {
            throw new PictureException($"{path}: {e.Message}", e);
        }
        return new TrainingPicture(path, preprocessor.Shape, preprocessor.Values) { Sha256 = BundleFolder.Hash(path) };
    }

    /// <summary>This grey picture with its one plane repeated, as the preprocessor repeats a grey frame's.</summary>
    public TrainingPicture WithChannels(int channels) => channels == Shape.Channels ? this : new TrainingPicture(this, channels);

    /// <summary>Mean and standard deviation of the values' logarithm.</summary>
    public (float Mean, float Deviation) LogarithmicExposure() => Moments(logarithm: true);

    /// <summary>Copies a part of one row.</summary>
    /// <param name="channel">0 .. C - 1.</param>
    /// <param name="y">0 .. H - 1.</param>
    /// <param name="left">Its first column.</param>
    /// <param name="row">Receives as many values as it is long.</param>
    public void CopyRow(int channel, int y, int left, Span<float> row) => Decode((channel * Shape.Height + y) * Shape.Width + left, row);

    /// <summary>Cuts out a square, mirrored if asked. Where the picture is smaller than the square it goes on as its own mirror image.</summary>
    public void Crop(int side, int top, int left, bool flipVertical, bool flipHorizontal, Span<float> crop)
    {
        for (var c = 0; c < Shape.Channels; c++)
            for (var y = 0; y < side; y++)
            {
                var row = Reflect(top + (flipVertical ? side - 1 - y : y), Shape.Height);
                var target = crop.Slice((c * side + y) * side, side);
                if (left + side <= Shape.Width)
                    CopyRow(c, row, left, target);
                else
                    for (var x = 0; x < side; x++)
                        target[x] = At((c * Shape.Height + row) * Shape.Width + Reflect(left + x, Shape.Width));
                if (flipHorizontal)
                    target.Reverse();
            }
    }

    /// <summary>Cuts out a square that is turned and larger or smaller than it comes out, by bilinear interpolation. Beyond its rim the picture goes on
    /// as its own mirror image.</summary>
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
                    var plane = c * Shape.Pixels;
                    crop[(c * side + y) * side + x] = float.Lerp(
                        float.Lerp(At(plane + row + column), At(plane + row + next), fx),
                        float.Lerp(At(plane + below + column), At(plane + below + next), fx), fy);
                }
            }
    }

    /// <summary>Cuts out a rectangle that lies inside.</summary>
    public void Cut(PictureShape shape, int top, int left, Span<float> piece)
    {
        for (var c = 0; c < shape.Channels; c++)
            for (var y = 0; y < shape.Height; y++)
                CopyRow(c, top + y, left, piece.Slice((c * shape.Height + y) * shape.Width, shape.Width));
    }

    /// <summary>Gives values of this picture another brightness and contrast, within [-1, 1].</summary>
    public void Expose(Span<float> values, float mean, float deviation)
    {
        var factor = Exposure.Deviation > 0 ? deviation / Exposure.Deviation : 1;
        foreach (ref var v in values)
            v = Math.Clamp((v - Exposure.Mean) * factor + mean, -1, 1);
    }

    private static byte[]? InBytes(ReadOnlySpan<float> values)
    {
        var levels = new byte[values.Length];
        for (var i = 0; i < levels.Length; i++)
        {
            levels[i] = (byte)Math.Clamp(MathF.Round((values[i] + 1) * HalfByte), 0, byte.MaxValue);
            if (ByteValues[levels[i]] != values[i])
                return null;
        }
        return levels;
    }

    private static T[] Repeat<T>(T[] plane, int times)
    {
        var planes = new T[times * plane.Length];
        for (var i = 0; i < times; i++)
            plane.CopyTo(planes, i * plane.Length);
        return planes;
    }

    private float At(int i) => bytes is null ? words[i] / HalfWord - 1 : ByteValues[bytes[i]];

    private void Decode(int from, Span<float> values)
    {
        if (bytes is not null)
            for (var i = 0; i < values.Length; i++)
                values[i] = ByteValues[bytes[from + i]];
        else
            for (var i = 0; i < values.Length; i++)
                values[i] = words[from + i] / HalfWord - 1;
    }

    private (float Mean, float Deviation) Moments(bool logarithm)
    {
        var (sum, squares) = (0.0, 0.0);
        var row = new float[Shape.Width];
        for (var at = 0; at < Shape.Length; at += row.Length)
        {
            Decode(at, row);
            if (logarithm)
                EqualExposure.TakeLogarithm(row);
            foreach (var v in row)
                (sum, squares) = (sum + v, squares + (double)v * v);
        }
        var mean = sum / Shape.Length;
        return ((float)mean, (float)Math.Sqrt(Math.Max(0, squares / Shape.Length - mean * mean)));
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
