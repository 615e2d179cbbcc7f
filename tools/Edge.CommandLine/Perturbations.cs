using Edge.Runtime;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Edge.Drawing;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;

namespace Edge.CommandLine;

/// <summary>
/// Changes pictures as light, lens, sensor, transmission and mounting do. The same picture, strength and seed give the same pixels to the bit.
/// Values beyond the full scale are clipped. Rotation and scale read between pixels by Lanczos' kernel of eight pixels, since a camera that is turned
/// does not blur (bilinear interpolation does, in stripes: at one degree nine of ten good pictures of a fabric were rejected, at five none), and never
/// beyond the border: nothing that could be put there is as good as what the camera would see (a mirror's crease alone has raised a fabric's
/// score sevenfold at one degree). So turned and shrunk pictures are cut to a smaller rectangle about the centre.
/// </summary>
internal static class Perturbations
{
    /// <summary>Pixels a row and a column that one between them is made of, and how far that reaches beyond the border.</summary>
    private const int Taps = 8, Margin = Taps / 2;

    /// <summary>The strengths there are.</summary>
    /// <returns>The least, the one that changes nothing (for JPEG the one that changes least) and the most.</returns>
    public static (double Least, double None, double Most) Range(Perturbation kind) => kind switch
    {
        Perturbation.Brightness => (-1, 0, 1),
        Perturbation.Contrast => (0, 1, 10),
        Perturbation.Blur => (0, 0, 100),
        Perturbation.Noise => (0, 0, 1),
        Perturbation.Jpeg => (1, 100, 100),
        Perturbation.Rotation => (-180, 0, 180),
        Perturbation.Scale => (0.1, 1, 10),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such perturbation."),
    };

    /// <summary>A changed copy of a picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="kind">What changes it.</param>
    /// <param name="strength">How much, within <see cref="Range"/>.</param>
    /// <param name="seed">Which noise.</param>
    /// <returns>The picture in memory of its own, of the frame's kind and size, or cut where it is turned or shrunk.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The strength is outside its range.</exception>
    public static Frame Apply(in Frame picture, Perturbation kind, double strength, ulong seed = 0)
    {
        var (least, _, most) = Range(kind);
        if (!(strength >= least && strength <= most))
            throw new ArgumentOutOfRangeException(nameof(strength), strength, $"{kind} goes from {least} to {most}.");

        var frame = picture.ToPlain();
        var full = frame.BytesPerChannel == 1 ? byte.MaxValue : ushort.MaxValue;
        var (width, height) = (frame.Width, frame.Height);
        var values = kind == Perturbation.Jpeg ? ThroughJpeg(frame, (int)Math.Round(strength), full) : Load(frame);
        switch (kind)
        {
            case Perturbation.Brightness:
                for (var i = 0; i < values.Length; i++)
                    values[i] += (float)(strength * full);
                break;
            case Perturbation.Contrast:
                for (var c = 0; c < frame.Channels; c++)
                    Spread(values.AsSpan(c * width * height, width * height), (float)strength);
                break;
            case Perturbation.Blur when strength > 0:
                values = EachPlane(values, frame.Channels, new GaussianFilter(strength), width, height);
                break;
            case Perturbation.Noise:
                var noise = new float[values.Length];
                PhiloxNoise.Fill(noise, seed, (ulong)Perturbation.Noise);
                for (var i = 0; i < values.Length; i++)
                    values[i] += (float)(strength * full) * noise[i];
                break;
            case Perturbation.Rotation:
                var (sin, cos) = Math.SinCos(strength * Math.PI / 180);
                values = Move(values, frame.Channels, ref width, ref height, cos, sin);
                break;
            case Perturbation.Scale:
                values = Move(values, frame.Channels, ref width, ref height, 1 / strength, 0);
                break;
        }
        return new Frame(Store(values, frame.Channels, frame.BytesPerChannel), width, height, frame.Channels, frame.BytesPerChannel);
    }

    private static void Spread(Span<float> plane, float factor)
    {
        var sum = 0.0;
        foreach (var value in plane)
            sum += value;
        var mean = (float)(sum / plane.Length);
        foreach (ref var value in plane)
            value = mean + factor * (value - mean);
    }

    private static float[] EachPlane(float[] values, int channels, GaussianFilter filter, int width, int height)
    {
        var blurred = new float[values.Length];
        var scratch = new float[filter.ScratchLength(width)];
        for (var c = 0; c < channels; c++)
            filter.Apply(values.AsSpan(c * width * height, width * height), blurred.AsSpan(c * width * height, width * height), scratch, width, height);
        return blurred;
    }

    /// <summary>Every pixel is read at its own place from the centre times cos, turned by the angle of cos and sin.</summary>
    private static float[] Move(float[] values, int channels, ref int width, ref int height, double cos, double sin)
    {
        var (sourceWidth, sourceHeight) = (width, height);
        (width, height) = Covered(width, height, Math.Abs(cos), Math.Abs(sin));
        var (stride, rows) = (sourceWidth + 2 * Margin, sourceHeight + 2 * Margin);
        float[] moved = new float[channels * width * height], padded = new float[channels * stride * rows];
        for (var c = 0; c < channels; c++)
            Pad(values.AsSpan(c * sourceWidth * sourceHeight, sourceWidth * sourceHeight), sourceWidth, padded.AsSpan(c * stride * rows, stride * rows), stride);
        Span<float> across = stackalloc float[Taps], along = stackalloc float[Taps];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                double right = x - (width - 1) / 2.0, down = y - (height - 1) / 2.0;
                var first = Weigh((sourceWidth - 1) / 2.0 + cos * right - sin * down, sourceWidth, across)
                    + stride * Weigh((sourceHeight - 1) / 2.0 + sin * right + cos * down, sourceHeight, along);
                for (var c = 0; c < channels; c++)
                {
                    var sum = 0f;
                    for (var row = 0; row < Taps; row++)
                        sum += along[row] * TensorPrimitives.Dot(padded.AsSpan((c * rows + row) * stride + first, Taps), across);
                    moved[(c * height + y) * width + x] = sum;
                }
            }
        return moved;
    }

    /// <summary>A plane with a margin that goes on as the other side of the border does, turned about its last pixel: a slope stays a slope.</summary>
    private static void Pad(ReadOnlySpan<float> plane, int width, Span<float> padded, int stride)
    {
        var height = plane.Length / width;
        for (var y = 0; y < height; y++)
        {
            var row = padded.Slice((Margin + y) * stride, stride);
            plane.Slice(y * width, width).CopyTo(row[Margin..]);
            for (var k = 1; k <= Margin; k++)
            {
                var inside = Math.Min(k, width - 1);
                row[Margin - k] = 2 * row[Margin] - row[Margin + inside];
                row[Margin + width - 1 + k] = 2 * row[Margin + width - 1] - row[Margin + width - 1 - inside];
            }
        }
        for (var k = 1; k <= Margin; k++)
        {
            var inside = Math.Min(k, height - 1);
            Turn(padded, Margin, Margin + inside, Margin - k);
            Turn(padded, Margin + height - 1, Margin + height - 1 - inside, Margin + height - 1 + k);
        }

        void Turn(Span<float> all, int edge, int from, int to)
        {
            for (var x = 0; x < stride; x++)
                all[to * stride + x] = 2 * all[edge * stride + x] - all[from * stride + x];
        }
    }

    /// <summary>Lanczos' weights of the pixels around a position, sinc(d) sinc(d / 4) up to a distance of 4, made exact for constants and slopes.</summary>
    /// <returns>Where the first of them is in the padded plane.</returns>
    private static int Weigh(double position, int size, Span<float> weights)
    {
        position = Math.Clamp(position, 0, size - 1);
        var below = (int)position;
        var share = position - below;
        double sum = 0, moment = 0;
        for (var i = 0; i < Taps; i++)
        {
            var distance = i - (Taps / 2 - 1) - share;
            var weight = Sinc(distance) * Sinc(distance / (Taps / 2));
            weights[i] = (float)weight;
            (sum, moment) = (sum + weight, moment + weight * distance);
        }
        for (var i = 0; i < Taps; i++)
            weights[i] /= (float)sum;
        weights[Taps / 2 - 1] += (float)(moment / sum);
        weights[Taps / 2] -= (float)(moment / sum);
        return Margin + below - (Taps / 2 - 1);

        static double Sinc(double x) => Math.Abs(x) < 1e-9 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);
    }

    /// <summary>The sides of the largest rectangle of the picture's shape and at most its size that lies within it when turned and enlarged like this.
    /// A side that is cut is a multiple of 16 where it can be, which no network has to pad.</summary>
    private static (int Width, int Height) Covered(int width, int height, double cos, double sin)
    {
        double right = width - 1, down = height - 1;
        var share = Math.Min(right / (cos * right + sin * down), down / (sin * right + cos * down));
        return (Side(width), Side(height));

        int Side(int side)
        {
            // A turn by 90 degrees must not lose a pixel to rounding; a single row or column makes the share 0 / 0.
            var covered = double.IsNaN(share) ? side : Math.Min(side, (int)Math.Floor(share * (side - 1) + 1e-6) + 1);
            return covered < side && covered >= 16 ? covered / 16 * 16 : covered;
        }
    }

    private static float[] ThroughJpeg(in Frame frame, int quality, int full)
    {
        using var picture = PictureFile.Decode(PictureWriter.Encode(frame, jpeg: true, quality), "JPEG");
        var values = Load(picture.AsFrame());
        for (var i = 0; i < values.Length; i++)
            values[i] *= full / byte.MaxValue;
        return values;
    }

    /// <summary>[C, H, W] the values of a frame of grey or BGR values, in its own channels' order.</summary>
    public static float[] Load(in Frame frame) => frame.BytesPerChannel == 1 ? Load<byte>(frame) : Load<ushort>(frame);

    private static float[] Load<T>(in Frame frame) where T : unmanaged, INumber<T>
    {
        var (channels, pixels) = (frame.Channels, frame.Width * frame.Height);
        var values = new float[channels * pixels];
        for (var y = 0; y < frame.Height; y++)
        {
            var row = MemoryMarshal.Cast<byte, T>(frame.Row(y));
            for (var i = 0; i < row.Length; i++)
                values[i % channels * pixels + y * frame.Width + i / channels] = float.CreateTruncating(row[i]);
        }
        return values;
    }

    /// <summary>The bytes of a frame.</summary>
    /// <param name="values">[C, H, W] its values, which are rounded, and clipped to the full scale.</param>
    /// <param name="channels">Its channels.</param>
    /// <param name="bytesPerChannel">1 or 2.</param>
    public static byte[] Store(float[] values, int channels, int bytesPerChannel) =>
        bytesPerChannel == 1 ? Store<byte>(values, channels) : Store<ushort>(values, channels);

    private static byte[] Store<T>(float[] values, int channels) where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        var most = float.CreateTruncating(T.MaxValue);
        var pixels = values.Length / channels;
        var stored = new T[values.Length];
        for (var i = 0; i < stored.Length; i++)
            stored[i] = T.CreateTruncating(Math.Clamp(MathF.Round(values[i % channels * pixels + i / channels]), 0, most));
        return MemoryMarshal.AsBytes<T>(stored).ToArray();
    }
}
