using Edge.Runtime;
using Edge.Drawing;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;
using OpenCvSharp;

namespace Edge.Bench.Report;

/// <summary>Small JPEG pictures as data URIs, in the colours of <see cref="Overlay"/>.</summary>
internal static class Thumbnail
{
    const int LongestSide = 256, Quality = 80;

    /// <summary>The picture as it is.</summary>
    public static string Picture(in Frame picture)
    {
        var (width, height) = Size(picture.Width, picture.Height);
        using var canvas = new Canvas(width, height);
        using var shown = HeatMap.Shown(picture, width, height);
        canvas.Paste(shown, 0, 0);
        return Encode(canvas);
    }

    /// <summary>A reconstruction.</summary>
    /// <param name="chw">[C, H, W] grey or RGB, -1 to 1; clipped beyond.</param>
    /// <param name="shape">Its shape.</param>
    public static string Reconstruction(ReadOnlySpan<float> chw, PictureShape shape) =>
        Picture(new Frame(PictureWriter.Interleave(chw, shape), shape.Width, shape.Height, shape.Channels));

    /// <summary>The picture in grey under its anomaly map, with a cyan line around what the ground truth calls defective.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="map">[H, W] its anomaly map.</param>
    /// <param name="threshold">The map's value from which on a pixel is shown as strange.</param>
    /// <param name="mask">[H, W], not 0 = defective; null for a good picture.</param>
    public static string Heat(in Frame picture, ReadOnlySpan<float> map, double threshold, byte[]? mask)
    {
        var (width, height) = Size(picture.Width, picture.Height);
        using var canvas = new Canvas(width, height);
        using var shown = HeatMap.Shown(picture, width, height);
        using var region = canvas.Region(0, 0, width, height);
        HeatMap.Paint(shown, HeatMap.Scaled(HeatMap.Levels(map, (float)threshold), picture.Width, picture.Height, width, height), region);
        if (mask is not null)
            Outline(region, HeatMap.Scaled(mask, picture.Width, picture.Height, width, height));
        return Encode(canvas);
    }

    // Two pixels wide and outside the mask, so that it covers nothing of a small defect.
    static void Outline(Mat region, byte[] mask)
    {
        using var inside = Mat.FromPixelData(region.Height, region.Width, MatType.CV_8UC1, mask);
        using var square = Mat.Ones(5, 5, MatType.CV_8UC1).ToMat();
        using var around = inside.Dilate(square);
        using var outside = inside.Threshold(0, 255, ThresholdTypes.BinaryInv);
        Cv2.BitwiseAnd(around, outside, around);
        Cv2.Threshold(around, around, 0, 255, ThresholdTypes.Binary);
        region.SetTo(new Scalar(255, 255, 0, 255), around);
    }

    static (int Width, int Height) Size(int width, int height)
    {
        var scale = Math.Min(1, (double)LongestSide / Math.Max(width, height));
        return (Math.Max(1, (int)Math.Round(width * scale)), Math.Max(1, (int)Math.Round(height * scale)));
    }

    static string Encode(Canvas canvas) => $"data:image/jpeg;base64,{Convert.ToBase64String(canvas.Jpeg(Quality))}";
}
