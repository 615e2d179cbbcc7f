using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Imaging;

/// <summary>Turns frames into the network's input: planar floats in [-1, 1], scaled by one factor, of one exposure where the bundle says so. Owns its buffers; for one thread.</summary>
/// <param name="channels">Channels of the result, 1 or 3.</param>
/// <param name="preprocessing">What to do.</param>
internal sealed class Preprocessor(int channels, Preprocessing preprocessing)
{
    /// <summary>Smallest side, in pixels after scaling, that can be inspected.</summary>
    public const int MinSide = 16;

    private readonly double scale = preprocessing.Scale;
    private float[] full = [];
    private float[] scaled = [];
    private Resampler? resampler;

    /// <summary>Shape of the last picture after scaling.</summary>
    public PictureShape Shape { get; private set; }

    /// <summary>[C, H, W] the last picture, valid until the next.</summary>
    public ReadOnlySpan<float> Values => Buffer;

    private Span<float> Buffer => (scale == 1 ? full : scaled).AsSpan(0, Shape.Length);

    /// <summary>Converts and scales a frame; the result is in <see cref="Values"/>.</summary>
    /// <exception cref="PictureException">The picture is too small.</exception>
    public void Prepare(in Frame frame)
    {
        var source = new PictureShape(channels, frame.Height, frame.Width);
        RequireSize(frame.Width, frame.Height);
        Shape = new PictureShape(channels, Scaled(frame.Height), Scaled(frame.Width));
        DiffusionScratch.Take(ref full, source.Length);
        PictureTensor.Convert(frame, channels, full.AsSpan(0, source.Length));
        if (scale != 1)
            Rescale(source);
        if (preprocessing.EqualExposure)
            EqualExposure.Apply(Buffer);
    }

    /// <summary>Refuses a picture that is too small after scaling.</summary>
    /// <param name="width">Its columns.</param>
    /// <param name="height">Its rows.</param>
    /// <param name="file">Its file, for the message; null where it has none.</param>
    /// <exception cref="PictureException">It is too small.</exception>
    internal void RequireSize(int width, int height, string? file = null)
    {
        if (Scaled(height) < MinSide || Scaled(width) < MinSide)
            throw new PictureException($"{(file is null ? "" : $"{file}: ")}{width}x{height} pixels is too small: each side needs {Math.Ceiling(MinSide / scale)} or more.");
    }

    private void Rescale(PictureShape source)
    {
        DiffusionScratch.Take(ref scaled, Shape.Length);
        if (resampler is null || resampler.SourceWidth != source.Width || resampler.SourceHeight != source.Height)
            resampler = new Resampler(source.Width, source.Height, Shape.Width, Shape.Height);
        for (var c = 0; c < channels; c++)
            resampler.Apply(full.AsSpan(c * source.Pixels, source.Pixels), scaled.AsSpan(c * Shape.Pixels, Shape.Pixels));
    }

    private int Scaled(int side) => scale == 1 ? side : (int)Math.Round(side * scale);
}
