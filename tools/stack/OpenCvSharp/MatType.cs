// Stand-in for OpenCvSharp 4.13's value types; delete when NuGet serves OpenCvSharp4 everywhere.
using System.Runtime.InteropServices;

namespace OpenCvSharp;

public readonly record struct MatType(int value)
{
    public const int CV_8U = 0, CV_16U = 2;

    public static readonly MatType CV_8UC1 = CV_8UC(1), CV_8UC3 = CV_8UC(3), CV_16UC1 = CV_16UC(1);

    public int Value => value;

    public int Depth => value & 7;

    public int Channels => (value >> 3) + 1;

    public static implicit operator MatType(int value) => new(value);

    public static MatType CV_8UC(int ch) => MakeType(CV_8U, ch);

    public static MatType CV_16UC(int ch) => MakeType(CV_16U, ch);

    public static MatType MakeType(int depth, int channels) => depth | (channels - 1) << 3;
}

[StructLayout(LayoutKind.Sequential)]
public record struct Point(int X, int Y)
{
    public int X = X;

    public int Y = Y;
}

[StructLayout(LayoutKind.Sequential)]
public record struct Size(int Width, int Height)
{
    public int Width = Width;

    public int Height = Height;
}

[StructLayout(LayoutKind.Sequential)]
public record struct Rect(int X, int Y, int Width, int Height)
{
    public int X = X;

    public int Y = Y;

    public int Width = Width;

    public int Height = Height;
}

[StructLayout(LayoutKind.Sequential)]
public record struct Scalar(double Val0, double Val1, double Val2, double Val3)
{
    public double Val0 = Val0;

    public double Val1 = Val1;

    public double Val2 = Val2;

    public double Val3 = Val3;

    public Scalar(double val0) : this(val0, 0, 0, 0)
    {
    }

    public Scalar(double val0, double val1, double val2) : this(val0, val1, val2, 0)
    {
    }
}

public class HierarchyIndex(int next, int previous, int child, int parent)
{
    public int Next { get; set; } = next;

    public int Previous { get; set; } = previous;

    public int Child { get; set; } = child;

    public int Parent { get; set; } = parent;
}
