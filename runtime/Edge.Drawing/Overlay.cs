using System.Globalization;
using Edge.Drawing.Typesetting;
using Edge.Runtime;
using Edge.Runtime.Imaging;
using OpenCvSharp;
using SkiaSharp;

namespace Edge.Drawing;

/// <summary>Draws what an inspection saw, for people: the picture, its anomaly map in colour with outlines where it passes its threshold, and the
/// verdict. The same input gives the same bytes. Text may be in any script; a character for which neither the built-in font (Latin, Greek, Cyrillic,
/// Arabic, Hebrew) nor one below /usr/share/fonts has a glyph is written as its code point, such as [U+4E2D]. Threads may share it.</summary>
internal static class Overlay
{
    private const int LongestSide = 1600, LeastWidth = 640, Quality = 95;
    private const int Margin = 16, Header = 84, PanelCaption = 28, Footer = 44;

    /// <summary>Draws the overlay: under a strip with verdict, name, score and threshold the picture, and beside it (below it when it is wide) the
    /// same in grey under its anomaly map. Large pictures are made smaller, to 1600 pixels a side.</summary>
    /// <param name="picture">The picture inspected.</param>
    /// <param name="map">[Height, Width] of the picture: the anomaly map, 0 or more.</param>
    /// <param name="mapThreshold">The map's value above which a pixel counts as anomalous, 0 or more.</param>
    /// <param name="caption">What to write above.</param>
    /// <param name="jpeg">JPEG rather than PNG.</param>
    /// <returns>A file's bytes.</returns>
    /// <exception cref="ArgumentException">The map has another size, or the threshold is below 0 or no number.</exception>
    /// <exception cref="DeviceException">A native library is missing.</exception>
    public static byte[] Render(in Frame picture, ReadOnlySpan<float> map, float mapThreshold, OverlayCaption caption, bool jpeg = false)
    {
        Require(picture, map, mapThreshold);
        var (width, height) = HeatMap.DisplaySize(picture.Width, picture.Height, LongestSide);
        var stacked = width > 2 * height;
        int content = stacked ? width : 2 * width + Margin, total = Math.Max(LeastWidth, content + 2 * Margin);
        int left = (total - content) / 2, panel = PanelCaption + height;
        var below = Header + Margin + (stacked ? 2 * panel + Margin / 2 : panel);
        var (x, y) = stacked ? (left, Header + Margin + panel + Margin / 2) : (left + width + Margin, Header + Margin);

        using var canvas = new Canvas(total, below + Footer, Palette.Background);
        using var shown = HeatMap.Shown(picture, width, height);
        DrawHeader(canvas, caption);
        canvas.Write("picture", left, Header + Margin + 6, 10, Palette.Muted);
        canvas.Paste(shown, left, Header + Margin + PanelCaption);
        canvas.Write("anomaly map", x, y + 6, 10, Palette.Muted);
        DrawMap(canvas, picture, shown, map, mapThreshold, x, y + PanelCaption);
        DrawLegend(canvas, mapThreshold, below);
        return jpeg ? canvas.Jpeg(Quality) : canvas.Png();
    }

    /// <summary>Draws the overlay into a PNG file, written beside its place and then renamed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="picture">The picture inspected.</param>
    /// <param name="map">[Height, Width] of the picture: the anomaly map, 0 or more.</param>
    /// <param name="mapThreshold">The map's value above which a pixel counts as anomalous, 0 or more.</param>
    /// <param name="caption">What to write above.</param>
    /// <exception cref="ArgumentException">The map has another size, or the threshold is below 0 or no number.</exception>
    /// <exception cref="PictureException">The file cannot be written.</exception>
    /// <exception cref="DeviceException">A native library is missing.</exception>
    public static void Write(string path, in Frame picture, ReadOnlySpan<float> map, float mapThreshold, OverlayCaption caption) =>
        PictureWriter.Save(path, Render(picture, map, mapThreshold, caption));

    /// <summary>Draws the anomaly map alone: the picture in grey under the map, with outlines. Tiny pictures are made larger.</summary>
    /// <param name="picture">The picture inspected.</param>
    /// <param name="map">[Height, Width] of the picture: the anomaly map, 0 or more.</param>
    /// <param name="mapThreshold">The map's value above which a pixel counts as anomalous, 0 or more.</param>
    /// <param name="longestSide">The most pixels a side may have, at least 400; a larger picture is made smaller.</param>
    /// <param name="jpegQuality">1 to 100; null makes it a PNG.</param>
    /// <returns>A file's bytes.</returns>
    /// <exception cref="ArgumentException">The map has another size, or the threshold is below 0 or no number.</exception>
    /// <exception cref="DeviceException">A native library is missing.</exception>
    public static byte[] RenderMap(in Frame picture, ReadOnlySpan<float> map, float mapThreshold, int longestSide, int? jpegQuality = 85)
    {
        Require(picture, map, mapThreshold);
        var (width, height) = HeatMap.DisplaySize(picture.Width, picture.Height, longestSide);
        using var canvas = new Canvas(width, height);
        using var shown = HeatMap.Shown(picture, width, height);
        DrawMap(canvas, picture, shown, map, mapThreshold, 0, 0);
        return jpegQuality is { } quality ? canvas.Jpeg(quality) : canvas.Png();
    }

    /// <summary>The picture alone, in 8 bits, as a JPEG file of the size that <see cref="RenderMap"/> gives it.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="longestSide">The most pixels a side may have, at least 400; a larger picture is made smaller.</param>
    /// <param name="jpegQuality">1 to 100.</param>
    /// <returns>A file's bytes.</returns>
    /// <exception cref="DeviceException">A native library is missing.</exception>
    public static byte[] RenderPicture(in Frame picture, int longestSide, int jpegQuality = 85)
    {
        var (width, height) = HeatMap.DisplaySize(picture.Width, picture.Height, longestSide);
        using var canvas = new Canvas(width, height);
        using var shown = HeatMap.Shown(picture, width, height);
        canvas.Paste(shown, 0, 0);
        return canvas.Jpeg(jpegQuality);
    }

    private static void Require(in Frame picture, ReadOnlySpan<float> map, float mapThreshold)
    {
        if (map.Length != picture.Width * picture.Height)
            throw new ArgumentException($"The map has {map.Length} values, the picture {picture.Width} x {picture.Height} pixels.", nameof(map));
        if (!(mapThreshold >= 0))
            throw new ArgumentException($"The map's threshold is {mapThreshold}, but must be 0 or more.", nameof(mapThreshold));
    }

    private static void DrawMap(Canvas canvas, in Frame picture, Mat shown, ReadOnlySpan<float> map, float mapThreshold, int x, int y)
    {
        int width = shown.Width, height = shown.Height;
        byte[] levels = HeatMap.Levels(map, mapThreshold), scaled = HeatMap.Scaled(levels, picture.Width, picture.Height, width, height);
        using (var region = canvas.Region(x, y, width, height))
            HeatMap.Paint(shown, scaled, region);
        // Of the finer of the two.
        if (width > picture.Width)
            HeatMap.Outline(canvas.Skia, scaled, width, height, width, height, x, y);
        else
            HeatMap.Outline(canvas.Skia, levels, picture.Width, picture.Height, width, height, x, y);
    }

    private static void DrawHeader(Canvas canvas, OverlayCaption caption)
    {
        var verdict = caption.IsDefect ? Palette.Red : Palette.Green;
        canvas.Fill(0, 0, canvas.Width, Header - 6, Palette.Surface);
        canvas.Fill(Margin, 17, 84, 44, verdict);
        canvas.Write(caption.IsDefect ? "NG" : "OK", Margin + 42, 28, 22, Palette.Text, align: 0.5, bold: true);

        var limits = (double.IsNaN(caption.Threshold) ? "" : $"threshold {Number(caption.Threshold)}")
            + (double.IsNaN(caption.PValue) ? "" : $"   p {(caption.PValue < 0.001 ? "< 0.001" : Number(caption.PValue))}");
        var right = canvas.Width - Margin;
        var taken = Math.Max(
            canvas.Write($"score {Number(caption.Score)}", right, 22, 14, Palette.Text, align: 1, bold: true),
            canvas.Write(limits.Trim(), right, 48, 10, Palette.Muted, align: 1));

        var room = right - taken - 3 * Margin - 100;
        using (var name = TextLine.Fitting(caption.Name, room, 14))
            canvas.Write(name, Margin + 100, 22, Palette.Text);
        using (var profile = TextLine.Fitting(caption.Profile, room, 10))
            canvas.Write(profile, Margin + 100, 48, Palette.Muted);

        // The bar spans 0 to twice the threshold, which so lies in the middle.
        canvas.Fill(0, Header - 6, canvas.Width, 6, Palette.Line);
        if (caption.Threshold > 0 && caption.Score > 0)
            canvas.Fill(0, Header - 6, (int)(canvas.Width * Math.Min(1, caption.Score / caption.Threshold / 2)), 6, verdict);
        if (caption.Threshold > 0)
            canvas.Fill(canvas.Width / 2 - 1, Header - 10, 3, 10, Palette.Text);
    }

    private static void DrawLegend(Canvas canvas, float mapThreshold, int y)
    {
        const int Thick = 10;
        var x = Margin + (int)canvas.Write("map 0", Margin, y + 17, 9, Palette.Muted) + 8;
        for (var level = 0; level < 256; level++)
            canvas.Fill(x + level, y + 16, 1, Thick, new SKColor(HeatMap.Colours[level]));
        canvas.Fill(x + HeatMap.AtThreshold - 1, y + 13, 2, Thick + 6, Palette.Text);
        var key = x + 256 + 8;
        key += (int)canvas.Write(Number(2 * mapThreshold), key, y + 17, 9, Palette.Muted) + 24;
        canvas.Fill(key, y + 19, 24, 4, Palette.Cyan);
        canvas.Write($"above threshold {Number(mapThreshold)}", key + 32, y + 17, 9, Palette.Muted);
    }

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
