using System.Numerics;
using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Scoring;

/// <summary>
/// Comparison of a picture with its reconstruction in the activations of a network: per layer 1 - cosine over the channels of features
/// pooled over 3 x 3 pixels, enlarged to the picture and added up (DDAD, arXiv 2305.15956, without its scaling by the batch).
/// 1 - cosine is computed as half of the squared distance between the unit vectors, which does not cancel where they are almost equal.
/// </summary>
internal static class FeatureComparison
{
    /// <summary>How many values of scratch <see cref="Add"/> needs for a layer.</summary>
    public static int ScratchLength(PictureShape layer) => 3 * layer.Pixels + 2 * (layer.Width + 2);

    /// <summary>Adds one layer to D_f. Clear the map before the first.</summary>
    /// <param name="reconstruction">[C, h, w] the layer's activations for the reconstruction.</param>
    /// <param name="picture">[C, h, w] those for the picture.</param>
    /// <param name="layer">Their shape; any number of channels.</param>
    /// <param name="scratch">Working memory, <see cref="ScratchLength"/> values or more.</param>
    /// <param name="width">W, columns of the map.</param>
    /// <param name="height">H, rows of the map.</param>
    /// <param name="map">[H, W] the sum so far; each layer adds 0 to 2, enlarged bilinearly with pixel centres aligned.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public static void Add(ReadOnlySpan<float> reconstruction, ReadOnlySpan<float> picture, PictureShape layer, Span<float> scratch,
        int width, int height, Span<float> map)
    {
        if (layer.Length == 0 || reconstruction.Length != layer.Length || picture.Length != layer.Length || map.Length != width * height)
            throw new ArgumentException(
                $"{reconstruction.Length} and {picture.Length} values and a map of {map.Length} do not fit {layer} and {width} x {height}");
        if (scratch.Length < ScratchLength(layer))
            throw new ArgumentException($"scratch has {scratch.Length} values, {ScratchLength(layer)} are needed", nameof(scratch));

        var (w, h, pixels) = (layer.Width, layer.Height, layer.Pixels);
        var sums = scratch[..(3 * pixels)];
        var lineA = scratch.Slice(3 * pixels, w + 2);
        var lineB = scratch.Slice(3 * pixels + w + 2, w + 2);
        var distance = sums[..pixels];
        var unitA = sums.Slice(pixels, pixels);
        var unitB = sums[(2 * pixels)..];
        sums.Clear();
        for (var c = 0; c < layer.Channels; c++)
            for (var y = 0; y < h; y++)
            {
                Column(reconstruction.Slice(c * pixels, pixels), y, w, h, lineA);
                Column(picture.Slice(c * pixels, pixels), y, w, h, lineB);
                AddSquares(lineA, unitA.Slice(y * w, w));
                AddSquares(lineB, unitB.Slice(y * w, w));
            }
        Invert(unitA);
        Invert(unitB);
        for (var c = 0; c < layer.Channels; c++)
            for (var y = 0; y < h; y++)
            {
                Column(reconstruction.Slice(c * pixels, pixels), y, w, h, lineA);
                Column(picture.Slice(c * pixels, pixels), y, w, h, lineB);
                AddSquaredDifferences(lineA, unitA.Slice(y * w, w), lineB, unitB.Slice(y * w, w), distance.Slice(y * w, w));
            }
        for (var i = 0; i < pixels; i++)
            // Where neither is active the two are alike; where only one is, as different as orthogonal ones.
            distance[i] = (unitA[i] == 0) == (unitB[i] == 0) ? distance[i] / 2 : 1;
        Enlarge(distance, w, h, scratch.Slice(pixels, w), width, height, map);
    }

    /// <summary>The sums of three rows, borders repeated, with one more value on either side. The cosine needs no division by nine.</summary>
    private static void Column(ReadOnlySpan<float> plane, int y, int w, int h, Span<float> line)
    {
        var above = plane.Slice(Math.Max(y - 1, 0) * w, w);
        var here = plane.Slice(y * w, w);
        var below = plane.Slice(Math.Min(y + 1, h - 1) * w, w);
        var x = 0;
        for (; x <= w - Vector<float>.Count; x += Vector<float>.Count)
            (new Vector<float>(above[x..]) + new Vector<float>(here[x..]) + new Vector<float>(below[x..])).CopyTo(line[(x + 1)..]);
        for (; x < w; x++)
            line[x + 1] = above[x] + here[x] + below[x];
        line[0] = line[1];
        line[w + 1] = line[w];
    }

    /// <summary>Adds the squares of the sums of three neighbours.</summary>
    private static void AddSquares(ReadOnlySpan<float> line, Span<float> squares)
    {
        var x = 0;
        for (; x <= squares.Length - Vector<float>.Count; x += Vector<float>.Count)
        {
            var value = Three(line, x);
            (new Vector<float>(squares[x..]) + value * value).CopyTo(squares[x..]);
        }
        for (; x < squares.Length; x++)
        {
            var value = line[x] + line[x + 1] + line[x + 2];
            squares[x] += value * value;
        }
    }

    /// <summary>Makes squared lengths into the factors that give unit vectors; 0 stays.</summary>
    private static void Invert(Span<float> squares)
    {
        foreach (ref var value in squares)
            value = value == 0 ? 0 : 1 / MathF.Sqrt(value);
    }

    private static void AddSquaredDifferences(ReadOnlySpan<float> lineA, ReadOnlySpan<float> unitA,
        ReadOnlySpan<float> lineB, ReadOnlySpan<float> unitB, Span<float> sum)
    {
        var x = 0;
        for (; x <= sum.Length - Vector<float>.Count; x += Vector<float>.Count)
        {
            var difference = Three(lineA, x) * new Vector<float>(unitA[x..]) - Three(lineB, x) * new Vector<float>(unitB[x..]);
            (new Vector<float>(sum[x..]) + difference * difference).CopyTo(sum[x..]);
        }
        for (; x < sum.Length; x++)
        {
            var difference = (lineA[x] + lineA[x + 1] + lineA[x + 2]) * unitA[x] - (lineB[x] + lineB[x + 1] + lineB[x + 2]) * unitB[x];
            sum[x] += difference * difference;
        }
    }

    private static Vector<float> Three(ReadOnlySpan<float> line, int x) =>
        new Vector<float>(line[x..]) + new Vector<float>(line[(x + 1)..]) + new Vector<float>(line[(x + 2)..]);

    private static void Enlarge(ReadOnlySpan<float> small, int w, int h, Span<float> line, int width, int height, Span<float> map)
    {
        var (stepX, stepY) = ((float)w / width, (float)h / height);
        for (var y = 0; y < height; y++)
        {
            var (top, bottom, fy) = Position(y, stepY, h);
            for (var x = 0; x < w; x++)
                line[x] = small[top * w + x] + fy * (small[bottom * w + x] - small[top * w + x]);
            var row = map.Slice(y * width, width);
            for (var x = 0; x < width; x++)
            {
                var (left, right, fx) = Position(x, stepX, w);
                row[x] += line[left] + fx * (line[right] - line[left]);
            }
        }
    }

    private static (int Low, int High, float Fraction) Position(int i, float step, int length)
    {
        var position = Math.Clamp((i + 0.5f) * step - 0.5f, 0, length - 1);
        var low = (int)position;
        return (low, Math.Min(low + 1, length - 1), position - low);
    }
}
