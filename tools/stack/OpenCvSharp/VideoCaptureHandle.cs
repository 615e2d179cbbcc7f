using System.Runtime.InteropServices;

namespace OpenCvSharp;

/// <summary>Owns one cv::VideoCapture.</summary>
internal sealed class VideoCaptureHandle : SafeHandle
{
    public VideoCaptureHandle(nint capture) : base(0, ownsHandle: true) => SetHandle(capture);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeVideo.edge_cv_capture_delete(handle);
        return true;
    }
}
