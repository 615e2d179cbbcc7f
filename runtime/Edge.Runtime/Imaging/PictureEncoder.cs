namespace Edge.Runtime.Imaging;

/// <summary>Encodes pictures for a screen: 8 bits, in the colours of <see cref="Overlay"/>, large ones made smaller and tiny ones larger.</summary>
public static class PictureEncoder
{
    /// <summary>A threshold of 0 is allowed, and every pixel above 0 is above it.</summary>
    private const float LeastThreshold = 1e-30f;

    /// <summary>The picture as a JPEG file.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="longestSide">The most pixels a side may have, at least 400; a larger picture is made smaller.</param>
    /// <param name="quality">1 to 100.</param>
    public static byte[] Jpeg(in Frame picture, int longestSide, int quality = 85)
    {
        using var canvas = Draw(picture, longestSide);
        return canvas.Encode(".jpg", [PictureWriter.JpegQuality, quality]);
    }

    /// <summary>The picture in grey with its anomaly map over it, and contours where the map passes its threshold, as a JPEG file.</summary>
    /// <param name="picture">The picture inspected.</param>
    /// <param name="map">[Height, Width] of the picture: the anomaly map, 0 or more.</param>
    /// <param name="mapThreshold">The map's value above which a pixel counts as a defect, 0 or more.</param>
    /// <param name="longestSide">The most pixels a side may have, at least 400; a larger picture is made smaller.</param>
    /// <param name="quality">1 to 100.</param>
    /// <exception cref="ArgumentException">The map has another size.</exception>
    public static byte[] HeatJpeg(in Frame picture, ReadOnlySpan<float> map, float mapThreshold, int longestSide, int quality = 85)
    {
        using var canvas = DrawHeat(picture, map, mapThreshold, longestSide);
        return canvas.Encode(".jpg", [PictureWriter.JpegQuality, quality]);
    }

    /// <summary>The same as a PNG file.</summary>
    /// <inheritdoc cref="HeatJpeg"/>
    public static byte[] HeatPng(in Frame picture, ReadOnlySpan<float> map, float mapThreshold, int longestSide)
    {
        using var canvas = DrawHeat(picture, map, mapThreshold, longestSide);
        return canvas.Encode();
    }

    private static Canvas Draw(in Frame picture, int longestSide)
    {
        OpenCvLibrary.EnsureLoaded();
        var (width, height) = Overlay.DisplaySize(picture.Width, picture.Height, longestSide);
        var canvas = new Canvas(width, height);
        canvas.Paste(Overlay.Display(Overlay.Bgr(picture), picture.Width, picture.Height, width, height, 3), width, height, 0, 0);
        return canvas;
    }

    private static Canvas DrawHeat(in Frame picture, ReadOnlySpan<float> map, float mapThreshold, int longestSide)
    {
        if (map.Length != picture.Width * picture.Height)
            throw new ArgumentException($"The map has {map.Length} values, the picture {picture.Width} x {picture.Height} pixels.", nameof(map));
        OpenCvLibrary.EnsureLoaded();
        var (width, height) = Overlay.DisplaySize(picture.Width, picture.Height, longestSide);
        var bgr = Overlay.Display(Overlay.Bgr(picture), picture.Width, picture.Height, width, height, 3);
        var levels = Overlay.DisplayLevels(Overlay.Levels(map, Math.Max(mapThreshold, LeastThreshold)), picture.Width, picture.Height, width, height);
        var canvas = new Canvas(width, height);
        canvas.Paste(Overlay.Heat(bgr, levels), width, height, 0, 0);
        Overlay.DrawContours(canvas, levels, width, height, width, height, 0, 0);
        return canvas;
    }
}
