using System.Runtime.InteropServices;
using Edge.Runtime.Imaging;
using OpenCvSharp;

namespace Edge.Fuzz.Targets;

/// <summary>An encoded picture, as a folder, a stream or an HTTP request brings it.</summary>
internal sealed class PictureTarget : IFuzzTarget
{
    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. from extension in (string[])[".png", ".jpg", ".bmp", ".tiff"]
           from type in (MatType[])[MatType.CV_8UC1, MatType.CV_8UC3, MatType.CV_16UC1]
           where type.Depth == MatType.CV_8U || extension is ".png" or ".tiff"
           select Encode(extension, type),
    ];

    public bool IsText => false;

    public bool Try(byte[] input)
    {
        using var picture = PictureFile.Decode(input, "picture");
        var frame = picture.AsFrame();
        return frame.Pixels.Length >= frame.Width * frame.Height ? true : throw new InvalidOperationException("a frame with fewer bytes than pixels");
    }

    public void Dispose()
    {
    }

    private static byte[] Encode(string extension, MatType type)
    {
        OpenCvLibrary.EnsureLoaded();
        const int side = 24;
        var pixels = new byte[side * side * type.Channels * (type.Depth == MatType.CV_8U ? 1 : 2)];
        new Random(1).NextBytes(pixels);
        var pinned = GCHandle.Alloc(pixels, GCHandleType.Pinned);
        try
        {
            using var mat = Mat.FromPixelData(side, side, type, pinned.AddrOfPinnedObject());
            return Cv2.ImEncode(extension, mat, out var bytes) ? bytes : throw new InvalidOperationException($"no {extension} encoder");
        }
        finally
        {
            pinned.Free();
        }
    }
}
