using System.Runtime.InteropServices;

namespace OpenCvSharp;

/// <summary>Owns one cv::Mat.</summary>
internal sealed class MatHandle : SafeHandle
{
    public MatHandle(nint mat) : base(0, ownsHandle: true) => SetHandle(mat);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        Native.edge_cv_mat_delete(handle);
        return true;
    }
}
