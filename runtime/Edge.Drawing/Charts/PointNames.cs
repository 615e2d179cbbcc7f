using Edge.Drawing.Typesetting;
using ScottPlot;
using SkiaSharp;

namespace Edge.Drawing.Charts;

/// <summary>Names beside points, each where it meets neither a point nor another name, the first name first. One that finds no room is left
/// out.</summary>
/// <param name="points">The points in coordinates of the plot, the ends of the intervals through them, and their names, in any script; an empty
/// name is none.</param>
/// <param name="textSize">Size of the font.</param>
internal sealed class PointNames(IReadOnlyList<(double X, double Y, double Low, double High, string Name)> points, float textSize = 12) : IPlottable
{
    private const float Radius = 5, Gap = 4;

    public bool IsVisible { get; set; } = true;

    public IAxes Axes { get; set; } = ScottPlot.Axes.Default;

    public IEnumerable<LegendItem> LegendItems => [];

    public AxisLimits GetAxisLimits() => AxisLimits.NoLimits;

    public void Render(RenderPack pack)
    {
        SKRect[] marks = [.. points.Select(point =>
        {
            Pixel low = Axes.GetPixel(new Coordinates(point.X, point.Low)), high = Axes.GetPixel(new Coordinates(point.X, point.High));
            return new SKRect(low.X - Radius, high.Y - Radius, low.X + Radius, low.Y + Radius);
        })];
        List<SKRect> taken = [.. marks];
        var data = pack.DataRect;
        using var paint = new SKPaint { Color = Chart.Ink.ToSKColor(), IsAntialias = true };
        for (var i = 0; i < marks.Length; i++)
        {
            using var line = new TextLine(points[i].Name, 0.729 * textSize);
            foreach (var place in Places(Axes.GetPixel(new Coordinates(points[i].X, points[i].Y)).Y, marks[i], line.Width, line.CapHeight))
            {
                var box = SKRect.Inflate(place, 1, 2);
                if (box.Left < data.Left || box.Right > data.Right || box.Top < data.Top || box.Bottom > data.Bottom || taken.Any(box.IntersectsWith))
                    continue;
                line.Draw(pack.Canvas, place.Left, place.Top, paint);
                taken.Add(box);
                break;
            }
        }
    }

    // Above, below, right, left, and then askew.
    private static IEnumerable<SKRect> Places(float y, SKRect mark, float width, float height)
    {
        float over = mark.Top - Gap - height, under = mark.Bottom + Gap, level = y - height / 2;
        foreach (var (left, top) in ((float, float)[])[
            (mark.MidX - width / 2, over), (mark.MidX - width / 2, under), (mark.Right + Gap, level), (mark.Left - Gap - width, level),
            (mark.Left, over), (mark.Right - width, over), (mark.Left, under), (mark.Right - width, under)])
            yield return SKRect.Create(left, top, width, height);
    }
}
