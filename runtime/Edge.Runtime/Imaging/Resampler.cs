using System.Numerics;

namespace Edge.Runtime.Imaging;

/// <summary>Resizes one plane of floats from one fixed size to another, rows then columns: a triangle filter as wide as the shrinking factor
/// (so nothing aliases), bilinear interpolation with half-pixel centres when growing, a copy when the size stays. The weights are
/// computed once and <see cref="Apply"/> allocates nothing. It holds a buffer: use one instance per thread.</summary>
internal sealed class Resampler
{
    private readonly Axis horizontal, vertical;
    private readonly float[] rows;

    /// <summary>Prepares the way from one size to another, all in pixels, at least 1.</summary>
    /// <exception cref="ArgumentException">A size is below 1.</exception>
    public Resampler(int sourceWidth, int sourceHeight, int width, int height)
    {
        if (sourceWidth < 1 || sourceHeight < 1 || width < 1 || height < 1)
            throw new ArgumentException($"Cannot resize {sourceWidth} x {sourceHeight} to {width} x {height}: sizes start at 1.");
        (SourceWidth, SourceHeight, Width, Height) = (sourceWidth, sourceHeight, width, height);
        horizontal = new Axis(sourceWidth, width);
        vertical = new Axis(sourceHeight, height);
        rows = horizontal.IsIdentity || vertical.IsIdentity ? [] : new float[checked(sourceHeight * width)];
    }

    /// <summary>Width of what it takes.</summary>
    public int SourceWidth { get; }

    /// <summary>Height of what it takes.</summary>
    public int SourceHeight { get; }

    /// <summary>Width of what it makes.</summary>
    public int Width { get; }

    /// <summary>Height of what it makes.</summary>
    public int Height { get; }

    /// <summary>Resizes one plane. The same input gives the same output to the bit.</summary>
    /// <param name="source">[SourceHeight, SourceWidth].</param>
    /// <param name="target">[Height, Width]; may not overlap the source.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public void Apply(ReadOnlySpan<float> source, Span<float> target)
    {
        if (source.Length != SourceWidth * SourceHeight || target.Length != Width * Height)
            throw new ArgumentException($"This resampler takes {SourceWidth * SourceHeight} values and makes {Width * Height}.");
        if (horizontal.IsIdentity && vertical.IsIdentity) source.CopyTo(target);
        else if (vertical.IsIdentity) ResizeRows(source, target);
        else if (horizontal.IsIdentity) MixRows(source, target);
        else
        {
            ResizeRows(source, rows);
            MixRows(rows, target);
        }
    }

    private void ResizeRows(ReadOnlySpan<float> source, Span<float> target)
    {
        for (int y = 0; y < SourceHeight; y++)
        {
            ReadOnlySpan<float> from = source.Slice(y * SourceWidth, SourceWidth);
            Span<float> to = target.Slice(y * Width, Width);
            for (int x = 0; x < to.Length; x++)
            {
                ReadOnlySpan<float> weights = horizontal.Weights(x);
                ReadOnlySpan<float> taps = from.Slice(horizontal.First(x), weights.Length);
                float sum = 0;
                for (int k = 0; k < weights.Length; k++) sum += weights[k] * taps[k];
                to[x] = sum;
            }
        }
    }

    private void MixRows(ReadOnlySpan<float> source, Span<float> target)
    {
        for (int y = 0; y < Height; y++)
        {
            ReadOnlySpan<float> weights = vertical.Weights(y);
            Span<float> to = target.Slice(y * Width, Width);
            to.Clear();
            for (int k = 0; k < weights.Length; k++)
                Add(source.Slice((vertical.First(y) + k) * Width, Width), weights[k], to);
        }
    }

    private static void Add(ReadOnlySpan<float> row, float weight, Span<float> sum)
    {
        int x = 0;
        for (; x <= sum.Length - Vector<float>.Count; x += Vector<float>.Count)
            (new Vector<float>(row[x..]) * weight + new Vector<float>(sum[x..])).CopyTo(sum[x..]);
        for (; x < sum.Length; x++) sum[x] += row[x] * weight;
    }

    /// <summary>For each output position the first input it looks at and the weights from there on.</summary>
    private sealed class Axis
    {
        private readonly int[] first, start;
        private readonly float[] weights;

        internal Axis(int source, int target)
        {
            IsIdentity = source == target;
            first = new int[target];
            start = new int[target + 1];
            var all = new List<float>();
            double scale = (double)source / target, support = Math.Max(1, scale);
            for (int i = 0; i < target; i++)
            {
                double centre = (i + 0.5) * scale;
                int from = Math.Max(0, (int)Math.Floor(centre - support)), to = Math.Min(source, (int)Math.Ceiling(centre + support));
                while (from < to - 1 && Triangle(from) <= 0) from++;
                while (to > from + 1 && Triangle(to - 1) <= 0) to--;
                double sum = 0;
                for (int j = from; j < to; j++) sum += Triangle(j);
                for (int j = from; j < to; j++) all.Add((float)(Triangle(j) / sum));
                first[i] = from;
                start[i + 1] = all.Count;

                double Triangle(int j) => 1 - Math.Abs(j + 0.5 - centre) / support;
            }
            weights = [.. all];
        }

        internal bool IsIdentity { get; }

        internal int First(int i) => first[i];

        internal ReadOnlySpan<float> Weights(int i) => weights.AsSpan(start[i], start[i + 1] - start[i]);
    }
}
