// Stand-in for OpenCvSharp 4.13's Mat and arrays over Debian's OpenCV; delete when NuGet serves OpenCvSharp4 everywhere.
namespace OpenCvSharp;

public class Mat : IDisposable
{
    internal MatHandle Handle { get; }

    internal Mat(nint mat) => Handle = new MatHandle(mat);

    public Mat()
    {
        Native.Check(Native.edge_cv_mat_new(out nint mat));
        Handle = new MatHandle(mat);
    }

    public Mat(int rows, int cols, MatType type, Scalar s)
    {
        Native.Check(Native.edge_cv_mat_filled(rows, cols, type.Value, s, out nint mat));
        Handle = new MatHandle(mat);
    }

    public static Mat FromPixelData(int rows, int cols, MatType type, IntPtr data, long step = 0)
    {
        Native.Check(Native.edge_cv_mat_over(rows, cols, type.Value, data, step, out nint mat));
        return new Mat(mat);
    }

    public int Rows => Info().Rows;

    public int Cols => Info().Cols;

    public IntPtr Data => Info().Data;

    public MatType Type() => Info().Type;

    public int Depth() => Info().Type.Depth;

    public int Channels() => Info().Type.Channels;

    public bool Empty() => Info() is { Data: 0 } or { Rows: 0 } or { Cols: 0 };

    public long Step() => Info().Step;

    public void Dispose()
    {
        Handle.Dispose();
        GC.SuppressFinalize(this);
    }

    private unsafe (int Rows, int Cols, MatType Type, long Step, nint Data) Info()
    {
        Native.edge_cv_mat_info(Handle, out int rows, out int cols, out int type, out long step, out byte* data);
        return (rows, cols, type, step, (nint)data);
    }
}

public class InputArray
{
    internal Mat Mat { get; }

    private InputArray(Mat mat) => Mat = mat;

    public static implicit operator InputArray(Mat mat) => new(mat);
}

public class OutputArray
{
    internal Mat Mat { get; }

    private protected OutputArray(Mat mat) => Mat = mat;

    public static implicit operator OutputArray(Mat mat) => new(mat);
}

public class InputOutputArray : OutputArray
{
    private InputOutputArray(Mat mat) : base(mat)
    {
    }

    public static implicit operator InputOutputArray(Mat mat) => new(mat);
}
