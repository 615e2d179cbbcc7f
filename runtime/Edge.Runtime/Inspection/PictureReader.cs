using System.Diagnostics;
using System.Numerics.Tensors;
using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Inspection;

/// <summary>Takes a frame through preprocessing, tiles and networks to the planes of the whole picture, source after source. Owns its buffers; not thread-safe.</summary>
internal sealed class PictureReader
{
    /// <summary>Neighbouring tiles share this part of a tile's side.</summary>
    private const double OverlapShare = 0.25;

    private readonly IReadOnlyList<IPlaneSource> sources;
    private readonly Preprocessing preprocessing;
    private readonly Preprocessor preprocessor;
    private readonly int sizeMultiple;
    private Tiling? tiling;
    private float[] tile = [];
    private float[] tilePlanes = [];
    private float[] planes = [];

    public PictureReader(IReadOnlyList<IPlaneSource> sources, NetworkManifest network, Preprocessing preprocessing)
    {
        (this.sources, this.preprocessing) = (sources, preprocessing);
        preprocessor = new Preprocessor(network.Channels, preprocessing);
        Planes = [.. sources.SelectMany(source => source.Planes)];
        sizeMultiple = sources.Max(source => source.SizeMultiple);
        if (sources.FirstOrDefault(source => sizeMultiple % source.SizeMultiple != 0) is { } odd)
            throw new BundleException($"A network takes multiples of {odd.SizeMultiple} pixels and another one of {sizeMultiple}; they cannot read one picture.");
    }

    /// <summary>Names of all planes, in the order of <see cref="Values"/>.</summary>
    public IReadOnlyList<string> Planes { get; }

    /// <summary>When the last frame was prepared, in ticks of <see cref="Stopwatch"/>.</summary>
    public long PreparedAt { get; private set; }

    /// <summary>Shape of the last picture after scaling.</summary>
    public PictureShape Shape { get; private set; }

    /// <summary>[planes, H, W] of the last picture, valid until the next.</summary>
    public ReadOnlySpan<float> Values => planes.AsSpan(0, Planes.Count * Shape.Pixels);

    /// <summary>[C, H, W] a copy of the last reconstruction; empty where nothing is reconstructed, and for pictures of several tiles, whose parts are not kept.</summary>
    public float[] Reconstruction()
    {
        if (tiling is not { Count: 1 } || sources.FirstOrDefault(source => !source.Reconstruction.IsEmpty) is not { } source)
            return [];
        var whole = new float[Shape.Length];
        var tilePixels = tiling.TileShape(1).Pixels;
        for (var c = 0; c < Shape.Channels; c++)
            tiling.Accumulate(source.Reconstruction.Slice(c * tilePixels, tilePixels), 0, whole.AsSpan(c * Shape.Pixels, Shape.Pixels));
        return whole;
    }

    /// <summary>A copy of the last picture's planes.</summary>
    public PicturePlanes Copy() => new(Shape.Height, Shape.Width, Values.ToArray());

    /// <exception cref="PictureException">The picture is too small.</exception>
    /// <exception cref="InspectionException">The network's answer is not finite.</exception>
    public void Read(in Frame frame)
    {
        preprocessor.Prepare(frame);
        PreparedAt = Stopwatch.GetTimestamp();
        Read(preprocessor.Values, preprocessor.Shape);
    }

    /// <summary>Reads a picture that is prepared already.</summary>
    /// <param name="values">[C, H, W] in [-1, 1].</param>
    /// <param name="shape">Its shape.</param>
    public void Read(ReadOnlySpan<float> values, PictureShape shape)
    {
        Shape = shape;
        if (tiling is null || tiling.Height != shape.Height || tiling.Width != shape.Width)
            Plan(shape);

        var part = tiling!.TileShape(shape.Channels);
        var whole = planes.AsSpan(0, Planes.Count * shape.Pixels);
        whole.Clear();
        for (var i = 0; i < tiling.Count; i++)
        {
            tiling.Extract(values, i, tile);
            var first = 0;
            for (var s = 0; s < sources.Count; s++)
            {
                var count = sources[s].Planes.Count;
                sources[s].Measure(tile, part, tilePlanes.AsSpan(0, count * part.Pixels));
                for (var p = 0; p < count; p++)
                    tiling.Accumulate(tilePlanes.AsSpan(p * part.Pixels, part.Pixels), i, whole.Slice((first + p) * shape.Pixels, shape.Pixels));
                first += count;
            }
        }
        // The only place where this is asked: what follows turns finite planes into a finite score. NaN counts as the largest magnitude.
        if (!float.IsFinite(TensorPrimitives.MaxMagnitude<float>(whole)))
            throw new InspectionException("the network's answer is not a finite number; "
                + "check the bundle with 'edge bundle check' and the device with 'edge doctor'.");
    }

    private void Plan(PictureShape shape)
    {
        var side = Math.Max(1, preprocessing.Tile / sizeMultiple) * sizeMultiple;
        tiling = new Tiling(shape.Height, shape.Width, side, (int)(side * OverlapShare), sizeMultiple);
        var part = tiling.TileShape(shape.Channels);
        tile = new float[part.Length];
        tilePlanes = new float[sources.Max(source => source.Planes.Count) * part.Pixels];
        if (planes.Length < Planes.Count * shape.Pixels)
            planes = new float[Planes.Count * shape.Pixels];
    }
}
