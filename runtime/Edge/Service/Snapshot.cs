using Edge.Runtime;
using Edge.Cameras;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;

namespace Edge.Service;

/// <summary>A copy of an inspected picture and its map, for the store and the page, who work while the next part is inspected.</summary>
internal sealed class Snapshot(PartResult result, CapturedFrame frame, AnomalyMap map)
{
    private readonly byte[] pixels = frame.AsFrame().Pixels.ToArray();

    public PartResult Result { get; } = result;

    public int Width { get; } = frame.Width;

    public int Height { get; } = frame.Height;

    public int Channels { get; } = frame.Channels;

    public int BytesPerChannel { get; } = frame.BytesPerChannel;

    /// <summary>[Height, Width]; larger is stranger.</summary>
    public float[] Map { get; } = map.Values.ToArray();

    public float MapThreshold { get; } = map.Threshold;

    public Frame AsFrame() => new(pixels, Width, Height, Channels, BytesPerChannel);
}
