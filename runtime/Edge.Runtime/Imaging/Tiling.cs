using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Imaging;

/// <summary>Cuts pictures of one size into overlapping tiles of one size that a network takes, and blends the tiles' maps back. A side that
/// fits into a tile is padded to the size multiple by reflection without repeating the edge (reflect-101); a longer side is covered by
/// tiles spread evenly. Where tiles overlap, raised-cosine weights that sum to one hide the seams. Immutable: threads may share it.</summary>
internal sealed class Tiling
{
    private readonly Axis vertical, horizontal;

    /// <summary>Plans the tiles.</summary>
    /// <param name="height">Rows of the picture.</param>
    /// <param name="width">Columns of the picture.</param>
    /// <param name="tile">The longest side of a tile, a multiple of <paramref name="sizeMultiple"/>.</param>
    /// <param name="overlap">Pixels that neighbouring tiles share at least, below <paramref name="tile"/>.</param>
    /// <param name="sizeMultiple">Every side of a tile is a multiple of this.</param>
    /// <exception cref="ArgumentException">The numbers contradict each other.</exception>
    public Tiling(int height, int width, int tile, int overlap, int sizeMultiple)
    {
        if (height < 1 || width < 1) throw new ArgumentException($"A picture of {width} x {height} pixels cannot be tiled.");
        if (sizeMultiple < 1 || tile < sizeMultiple || tile % sizeMultiple != 0)
            throw new ArgumentException($"The tile side {tile} is no multiple of {sizeMultiple}.");
        if (overlap < 0 || overlap >= tile) throw new ArgumentException($"The overlap {overlap} is not within 0 .. {tile - 1}.");
        (Height, Width) = (height, width);
        vertical = new Axis(height, tile, overlap, sizeMultiple);
        horizontal = new Axis(width, tile, overlap, sizeMultiple);
    }

    /// <summary>Rows of the picture.</summary>
    public int Height { get; }

    /// <summary>Columns of the picture.</summary>
    public int Width { get; }

    /// <summary>Rows of every tile.</summary>
    public int TileHeight => vertical.Tile;

    /// <summary>Columns of every tile.</summary>
    public int TileWidth => horizontal.Tile;

    /// <summary>How many tiles there are.</summary>
    public int Count => vertical.Count * horizontal.Count;

    /// <summary>The shape of one tile.</summary>
    /// <param name="channels">Channels of the picture.</param>
    public PictureShape TileShape(int channels) => new(channels, TileHeight, TileWidth);

    /// <summary>Copies one tile out of a picture.</summary>
    /// <param name="chw">[C, Height, Width] the picture.</param>
    /// <param name="index">0 .. Count - 1, row by row.</param>
    /// <param name="tile">[C, TileHeight, TileWidth] the tile.</param>
    /// <exception cref="ArgumentException">The spans do not have these lengths.</exception>
    public void Extract(ReadOnlySpan<float> chw, int index, Span<float> tile)
    {
        int channels = chw.Length / (Height * Width);
        if (channels < 1 || chw.Length != channels * Height * Width || tile.Length != channels * TileHeight * TileWidth)
            throw new ArgumentException($"A picture of C x {Height} x {Width} gives tiles of C x {TileHeight} x {TileWidth} values.");
        (int top, int left) = Corner(index);
        int inside = Math.Min(TileWidth, Width - left);
        for (int c = 0; c < channels; c++)
        {
            ReadOnlySpan<float> plane = chw.Slice(c * Height * Width, Height * Width);
            for (int y = 0; y < TileHeight; y++)
            {
                ReadOnlySpan<float> from = plane.Slice(Reflect(top + y, Height) * Width, Width);
                Span<float> to = tile.Slice((c * TileHeight + y) * TileWidth, TileWidth);
                from.Slice(left, inside).CopyTo(to);
                for (int x = inside; x < to.Length; x++) to[x] = from[Reflect(left + x, Width)];
            }
        }
    }

    /// <summary>Adds one tile's map to the picture's, weighted so that all tiles together make a weighted mean; padding is dropped. Start with
    /// a cleared map and add every tile once, always in the same order for the same bits. A picture of one tile gets that tile's values.</summary>
    /// <param name="tileMap">[TileHeight, TileWidth] the tile's map.</param>
    /// <param name="index">0 .. Count - 1.</param>
    /// <param name="map">[Height, Width] the picture's map.</param>
    /// <exception cref="ArgumentException">The spans do not have these lengths.</exception>
    public void Accumulate(ReadOnlySpan<float> tileMap, int index, Span<float> map)
    {
        if (tileMap.Length != TileHeight * TileWidth || map.Length != Height * Width)
            throw new ArgumentException($"Tile maps have {TileHeight} x {TileWidth} values and the picture's {Height} x {Width}.");
        (int top, int left) = Corner(index);
        ReadOnlySpan<float> down = vertical.Weights(index / horizontal.Count), across = horizontal.Weights(index % horizontal.Count);
        int rows = Math.Min(TileHeight, Height - top), columns = Math.Min(TileWidth, Width - left);
        for (int y = 0; y < rows; y++)
        {
            ReadOnlySpan<float> from = tileMap.Slice(y * TileWidth, columns);
            Span<float> to = map.Slice((top + y) * Width + left, columns);
            if (Count == 1) from.CopyTo(to);
            else
                for (int x = 0; x < columns; x++) to[x] += down[y] * across[x] * from[x];
        }
    }

    private (int Top, int Left) Corner(int index)
    {
        if ((uint)index >= (uint)Count) throw new ArgumentOutOfRangeException(nameof(index), index, $"There are {Count} tiles.");
        return (vertical.Start(index / horizontal.Count), horizontal.Start(index % horizontal.Count));
    }

    private static int Reflect(int position, int size)
    {
        if (position < size) return position;
        if (size == 1) return 0;
        int within = position % (2 * size - 2);
        return within < size ? within : 2 * size - 2 - within;
    }

    /// <summary>Where the tiles of one direction start and how much each counts there.</summary>
    private sealed class Axis
    {
        private readonly int[] starts;
        private readonly float[] weights;

        internal Axis(int size, int tile, int overlap, int multiple)
        {
            bool fits = size <= tile;
            Tile = fits ? (size + multiple - 1) / multiple * multiple : tile;
            Count = fits ? 1 : (size - overlap + tile - overlap - 1) / (tile - overlap);
            starts = new int[Count];
            for (int i = 1; i < Count; i++) starts[i] = (int)((long)i * (size - tile) / (Count - 1));

            var raw = new double[Count, Tile];
            var sums = new double[Math.Max(size, Tile)];
            for (int i = 0; i < Count; i++)
            {
                int before = i == 0 ? 0 : starts[i - 1] + Tile - starts[i], after = i == Count - 1 ? 0 : starts[i] + Tile - starts[i + 1];
                for (int x = 0; x < Tile; x++)
                    sums[starts[i] + x] += raw[i, x] = Rise(x, before) * Rise(Tile - 1 - x, after);
            }
            weights = new float[Count * Tile];
            for (int i = 0; i < Count; i++)
                for (int x = 0; x < Tile; x++) weights[i * Tile + x] = (float)(raw[i, x] / sums[starts[i] + x]);
        }

        internal int Tile { get; }

        internal int Count { get; }

        internal int Start(int i) => starts[i];

        internal ReadOnlySpan<float> Weights(int i) => weights.AsSpan(i * Tile, Tile);

        // Never 0, so that every pixel keeps a weight to divide by.
        private static double Rise(int distance, int ramp) => distance >= ramp ? 1 : 0.5 - 0.5 * Math.Cos(Math.PI * (distance + 0.5) / ramp);
    }
}
