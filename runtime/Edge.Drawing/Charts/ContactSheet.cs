using Edge.Drawing.Typesetting;
using Edge.Runtime;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;
using OpenCvSharp;

namespace Edge.Drawing.Charts;

/// <summary>Pictures in rows and columns, e.g. clean, noised, denoised and residual of several samples, as a PNG file.</summary>
internal static class ContactSheet
{
    private const int Margin = 20, Gap = 8, Caption = 30, Least = 144;

    /// <summary>Draws them, small ones enlarged.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="shape">The shape of every picture.</param>
    /// <param name="pictures">Row by row, <c>rows.Count * columns.Count</c> planar pictures (RGB or grey); [-1, 1] is black to white and what lies
    /// beyond is clipped.</param>
    /// <param name="columns">A caption for each column.</param>
    /// <param name="rows">A caption for each row.</param>
    /// <exception cref="ArgumentException">The number of pictures or their lengths do not fit.</exception>
    /// <exception cref="PictureException">The file cannot be written.</exception>
    public static void Write(
        string path, PictureShape shape, IReadOnlyList<float[]> pictures, IReadOnlyList<string> columns, IReadOnlyList<string> rows)
    {
        if (columns.Count == 0 || pictures.Count != rows.Count * columns.Count || pictures.Any(picture => picture.Length != shape.Length))
            throw new ArgumentException($"{rows.Count} x {columns.Count} pictures of {shape.Length} values are needed.", nameof(pictures));
        var longest = Math.Max(shape.Width, shape.Height);
        var scale = Math.Max(1, (Least + longest - 1) / longest);
        int width = shape.Width * scale, height = shape.Height * scale;
        TextLine[] captions = [.. rows.Select(row => new TextLine(row, 10))];
        var left = Margin + (captions.Length == 0 ? 0 : (int)captions.Max(row => row.Width) + 14);
        using var canvas = new Canvas(
            left + columns.Count * (width + Gap) - Gap + Margin, Margin + Caption + rows.Count * (height + Gap) - Gap + Margin,
            Palette.Background);
        for (var c = 0; c < columns.Count; c++)
        {
            using var caption = TextLine.Fitting(columns[c], width, 11);
            canvas.Write(caption, left + c * (width + Gap) + (width - caption.Width) / 2, Margin, Palette.Text);
        }
        for (var r = 0; r < rows.Count; r++)
        {
            var y = Margin + Caption + r * (height + Gap);
            using var caption = captions[r];
            canvas.Write(caption, left - 14 - caption.Width, y + height / 2.0 - 5, Palette.Muted);
            for (var c = 0; c < columns.Count; c++)
            {
                using var picture = Enlarged(pictures[r * columns.Count + c], shape, scale);
                canvas.Paste(picture, left + c * (width + Gap), y);
            }
        }
        PictureWriter.Save(path, canvas.Png());
    }

    private static Mat Enlarged(float[] picture, PictureShape shape, int scale)
    {
        using var small = new Mat(shape.Height, shape.Width, MatType.CV_8UC(shape.Channels));
        PictureWriter.Interleave(picture, shape).CopyTo(small.AsSpan<byte>());
        return small.Resize(new Size(shape.Width * scale, shape.Height * scale), interpolation: InterpolationFlags.Nearest);
    }
}
