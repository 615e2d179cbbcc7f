using SkiaSharp;

namespace Edge.Drawing;

/// <summary>The colours of overlays, on dark, and of charts, on white. Blue and orange are told apart by the colour-blind.</summary>
internal static class Palette
{
    public static readonly SKColor Background = new(24, 26, 30), Surface = new(38, 41, 46), Line = new(62, 66, 72), Text = new(232, 236, 240),
        Muted = new(150, 158, 168), Green = new(46, 176, 94), Red = new(226, 62, 62), Cyan = new(0, 255, 255);
}
