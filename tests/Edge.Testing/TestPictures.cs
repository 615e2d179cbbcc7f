using System.Buffers.Binary;
using System.IO.Compression;
using Edge.Runtime.Imaging;
using OpenCvSharp;

namespace Edge.Testing;

/// <summary>Encoded pictures made in the test, and PNGs put together chunk by chunk so that the reader is not tested against its own library.</summary>
internal static class TestPictures
{
    public static unsafe byte[] Encode<T>(string extension, T[] pixels, int width, int height, MatType type) where T : unmanaged
    {
        OpenCvLibrary.EnsureLoaded();
        fixed (T* start = pixels)
        {
            using Mat mat = Mat.FromPixelData(height, width, type, (nint)start);
            return Cv2.ImEncode(extension, mat, out byte[] bytes)
                ? bytes
                : throw new InvalidOperationException($"OpenCV does not write {extension}.");
        }
    }

    /// <param name="colourType">0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha.</param>
    /// <param name="rows">Per row the raw bytes, without the filter byte.</param>
    /// <param name="palette">Three bytes per colour.</param>
    /// <param name="significantBits">One byte per channel.</param>
    public static byte[] Png(int width, int height, int depth, int colourType, byte[][] rows, byte[]? palette = null,
        byte[]? significantBits = null)
    {
        using var png = new MemoryStream();
        png.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = ((byte)depth, (byte)colourType);
        Chunk(png, "IHDR"u8, header);
        if (significantBits is not null) Chunk(png, "sBIT"u8, significantBits);
        if (palette is not null) Chunk(png, "PLTE"u8, palette);
        using (var data = new MemoryStream())
        {
            using (var deflate = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true))
                foreach (byte[] row in rows)
                {
                    deflate.WriteByte(0);
                    deflate.Write(row);
                }
            Chunk(png, "IDAT"u8, data.ToArray());
        }
        Chunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    private static void Chunk(MemoryStream png, ReadOnlySpan<byte> type, byte[] data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(type);
        png.Write(data);
        uint crc = uint.MaxValue;
        foreach (byte b in (byte[])[.. type, .. data])
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
        }
        BinaryPrimitives.WriteUInt32BigEndian(number, ~crc);
        png.Write(number);
    }
}
