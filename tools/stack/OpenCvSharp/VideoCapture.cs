// Stand-in for OpenCvSharp 4.13's VideoCapture over Debian's OpenCV; delete when NuGet serves OpenCvSharp4 everywhere.
namespace OpenCvSharp;

public class VideoCapture : IDisposable
{
    private readonly VideoCaptureHandle handle;

    public VideoCapture(string fileName, VideoCaptureAPIs apiPreference, int[] prms)
    {
        ArgumentException.ThrowIfNullOrEmpty(fileName);
        ArgumentNullException.ThrowIfNull(prms);
        NativeVideo.Check(NativeVideo.edge_cv_capture_open(fileName, (int)apiPreference, prms, prms.Length, out nint capture));
        handle = new VideoCaptureHandle(capture);
    }

    public bool IsOpened()
    {
        NativeVideo.Check(NativeVideo.edge_cv_capture_is_opened(handle, out int opened));
        return opened != 0;
    }

    public bool Read(Mat image)
    {
        NativeVideo.Check(NativeVideo.edge_cv_capture_read(handle, image.Handle, out int read));
        return read != 0;
    }

    public bool Set(VideoCaptureProperties propertyId, double value)
    {
        NativeVideo.Check(NativeVideo.edge_cv_capture_set(handle, (int)propertyId, value, out int set));
        return set != 0;
    }

    public double Get(VideoCaptureProperties propertyId)
    {
        NativeVideo.Check(NativeVideo.edge_cv_capture_get(handle, (int)propertyId, out double value));
        return value;
    }

    public void Dispose()
    {
        handle.Dispose();
        GC.SuppressFinalize(this);
    }
}
