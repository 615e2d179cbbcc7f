namespace Edge.Runtime.Diffusion;

/// <summary>The shape of one picture in the network's layout: planar, channel by channel, row by row (CHW).</summary>
/// <param name="Channels">Number of channels, 1 (grey) or 3 (RGB).</param>
/// <param name="Height">Rows, in pixels.</param>
/// <param name="Width">Columns, in pixels.</param>
internal readonly record struct PictureShape(int Channels, int Height, int Width)
{
    /// <summary>Pixels of one channel.</summary>
    public int Pixels => Height * Width;

    /// <summary>Values of the whole picture, all channels.</summary>
    public int Length => Channels * Height * Width;
}
