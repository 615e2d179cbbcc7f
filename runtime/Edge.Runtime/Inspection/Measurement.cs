using System.Diagnostics;
using System.Numerics.Tensors;
using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;

namespace Edge.Runtime.Inspection;

/// <summary>Takes a frame through preprocessing, tiles and network to the planes of the whole picture. Owns its buffers; for one thread.</summary>
internal sealed class Measurement(IMapMethod method, NetworkManifest network, Preprocessing preprocessing)
{
    /// <summary>Neighbouring tiles share this part of a tile's side.</summary>
    private const double OverlapShare = 0.25;

    private readonly Preprocessor preprocessor = new(network.Channels, preprocessing);
    private Tiling? tiling;
    private float[] tile = [];
    private float[] tilePlanes = [];
    private float[] planes = [];

    /// <summary>When the last frame was prepared, in ticks of <see cref="Stopwatch"/>.</summary>
    public long PreparedAt { get; private set; }

    /// <summary>Shape of the last picture after scaling.</summary>
    public PictureShape Shape { get; private set; }

    /// <summary>[C, H, W] the last frame as it was prepared for the network, in <see cref="Shape"/>.</summary>
    public ReadOnlySpan<float> Prepared => preprocessor.Values;

    /// <summary>[planes, H, W] of the last picture, valid until the next.</summary>
    public ReadOnlySpan<float> Planes => planes.AsSpan(0, method.Planes * Shape.Pixels);

    /// <summary>[C, H, W] a copy of what the method took the last picture for, in <see cref="Shape"/>; empty where it reconstructs nothing, and for
    /// pictures of several tiles, whose parts are not kept.</summary>
    public float[] Reconstruction()
    {
        var reconstruction = method.Reconstruction;
        if (tiling is not { Count: 1 } || reconstruction.IsEmpty)
            return [];
        var whole = new float[Shape.Length];
        var tilePixels = tiling.TileShape(1).Pixels;
        for (var c = 0; c < Shape.Channels; c++)
            tiling.Accumulate(reconstruction.Slice(c * tilePixels, tilePixels), 0, whole.AsSpan(c * Shape.Pixels, Shape.Pixels));
        return whole;
    }

    /// <exception cref="PictureException">The picture is too small.</exception>
    /// <exception cref="InspectionException">The network's answer is not finite.</exception>
    public void Measure(in Frame frame)
    {
        preprocessor.Prepare(frame);
        PreparedAt = Stopwatch.GetTimestamp();
        Measure(preprocessor.Values, preprocessor.Shape);
    }

    /// <summary>Measures a picture that is prepared already.</summary>
    /// <param name="values">[C, H, W] in [-1, 1].</param>
    /// <param name="shape">Its shape.</param>
    /// <exception cref="InspectionException">The network's answer is not finite.</exception>
    public void Measure(ReadOnlySpan<float> values, PictureShape shape)
    {
        Shape = shape;
        if (tiling is null || tiling.Height != shape.Height || tiling.Width != shape.Width)
            Plan(shape);

        var part = tiling!.TileShape(shape.Channels);
        var whole = planes.AsSpan(0, method.Planes * shape.Pixels);
        whole.Clear();
        for (var i = 0; i < tiling.Count; i++)
        {
            tiling.Extract(values, i, tile);
            method.Measure(tile, part, tilePlanes);
            for (var p = 0; p < method.Planes; p++)
                tiling.Accumulate(tilePlanes.AsSpan(p * part.Pixels, part.Pixels), i, whole.Slice(p * shape.Pixels, shape.Pixels));
        }
        // The only place where this is asked: what follows turns finite planes into a finite score. NaN counts as the largest magnitude.
        if (!float.IsFinite(TensorPrimitives.MaxMagnitude<float>(whole)))
            throw new InspectionException("the network's answer is not a finite number; "
                + "check the bundle with 'edge bundle check' and the device with 'edge doctor'.");
    }

    private void Plan(PictureShape shape)
    {
        var side = Math.Max(1, preprocessing.Tile / method.SizeMultiple) * method.SizeMultiple;
        tiling = new Tiling(shape.Height, shape.Width, side, (int)(side * OverlapShare), method.SizeMultiple);
        var part = tiling.TileShape(shape.Channels);
        tile = new float[part.Length];
        tilePlanes = new float[method.Planes * part.Pixels];
        if (planes.Length < method.Planes * shape.Pixels)
            planes = new float[method.Planes * shape.Pixels];
    }
}
