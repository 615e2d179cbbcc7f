using Edge.Runtime;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Edge.Runtime.Imaging;
using OpenCvSharp;

namespace Edge.Fuzz.Targets;

/// <summary>An encoded picture, as a folder, a stream or an HTTP request brings it.</summary>
internal sealed class PictureTarget : IFuzzTarget
{
    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        "P5 4 3 255\nabcdefghijkl"u8.ToArray(), "P6\n# c\n2 1\n4095\nabcdefghijkl"u8.ToArray(),
        .. from extension in (string[])[".png", ".jpg", ".bmp", ".tiff"]
           from type in (MatType[])[MatType.CV_8UC1, MatType.CV_8UC3, MatType.CV_16UC1]
           where type.Depth == MatType.CV_8U || extension is ".png" or ".tiff"
           select Encode(extension, type),
    ];

    public bool IsText => false;

    public bool Try(byte[] input)
    {
        RepairChecksums(input);
        using var picture = PictureFile.Decode(input, "picture");
        var frame = picture.AsFrame();
        return frame.Pixels.Length >= frame.Width * frame.Height ? true : throw new InvalidOperationException("a frame with fewer bytes than pixels");
    }

    public void Dispose()
    {
    }

    /// <summary>Else every damage to a PNG would end at the checksum of its chunk (PNG, third edition, section 5.3), and a header's lie would not be heard.</summary>
    private static void RepairChecksums(byte[] input)
    {
        if (!input.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']))
            return;
        for (long at = 8; at + 12 <= input.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(input.AsSpan((int)at));
            var end = at + 8 + length;
            if (end + 4 > input.Length)
                return;
            BinaryPrimitives.WriteUInt32BigEndian(input.AsSpan((int)end), Checksum(input.AsSpan((int)at + 4, (int)length + 4)));
            at = end + 4;
        }
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
        }
        return ~crc;
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
