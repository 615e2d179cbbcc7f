using System.Buffers.Binary;
using System.Runtime.InteropServices;
using OpenCvSharp;

namespace Edge.Runtime.Imaging;

/// <summary>Binary PGM and PPM (Netpbm's P5 and P6): a header of numbers, then the values, most significant byte first.</summary>
internal static class PnmFile
{
    internal static bool Is(ReadOnlySpan<byte> file) => file.Length > 2 && file[0] == 'P' && file[1] is (byte)'5' or (byte)'6' && IsSpace(file[2]);

    /// <exception cref="PictureException">The header is damaged or values are missing.</exception>
    internal static PictureHeader Read(ReadOnlySpan<byte> file, string name)
    {
        var at = 2;
        var width = Number(file, name, ref at);
        var height = Number(file, name, ref at);
        var white = Number(file, name, ref at);
        // Exactly one space ends the header.
        at++;
        if (white is < 1 or > 65535)
            throw new PictureException($"{name}: its largest value is {white}; a PGM or PPM has 1 to 65535.");
        var needed = width * height * (file[1] == '6' ? 3 : 1) * (white > 255 ? 2 : 1);
        if (file.Length - at < needed)
            throw PictureHeader.Truncated(name, "a PNM with rows missing");
        if (Is(file[(at + (int)needed)..]))
            throw new PictureException($"{name}: a PNM of more than one picture is not read; save each as a file of its own.");
        return new("PNM", width, height) { DataAt = at, White = (int)white };
    }

    /// <summary>The pixels, grey or BGR, with the bits they fill. A white that is no 2^n - 1 is stretched to 8 or 16 bits.</summary>
    /// <exception cref="PictureException">A value is larger than white.</exception>
    internal static (Mat Pixels, int SignificantBits) Decode(ReadOnlySpan<byte> file, PictureHeader header, string name)
    {
        var channels = file[1] == '6' ? 3 : 1;
        var (width, height, white) = ((int)header.Width, (int)header.Height, header.White);
        var wide = white > 255;
        var full = wide ? 65535 : 255;
        var bits = wide ? int.Log2(white + 1) : 8;
        if (white == (1 << bits) - 1)
            full = white;
        else
            bits = wide ? 16 : 8;
        var mat = new Mat(height, width, MatType.MakeType(wide ? MatType.CV_16U : MatType.CV_8U, channels));
        var data = file[header.DataAt..];
        for (var y = 0; y < height; y++)
        {
            var row = Row(mat, y);
            for (var i = 0; i < width * channels; i++)
            {
                var from = y * (long)width * channels + i;
                var value = wide ? BinaryPrimitives.ReadUInt16BigEndian(data[(int)(2 * from)..]) : data[(int)from];
                if (value > white)
                {
                    mat.Dispose();
                    throw new PictureException($"{name}: a value of {value} is more than its white of {white}; the file is damaged.");
                }
                var stretched = full == white ? value : (value * full + white / 2) / white;
                // Red comes first in the file and last in memory.
                var to = channels == 3 ? i / 3 * 3 + 2 - i % 3 : i;
                if (wide)
                    MemoryMarshal.Cast<byte, ushort>(row)[to] = (ushort)stretched;
                else
                    row[to] = (byte)stretched;
            }
        }
        return (mat, bits);
    }

    private static unsafe Span<byte> Row(Mat mat, int y) => new((byte*)mat.Data + y * mat.Step(), checked((int)mat.Step()));

    private static long Number(ReadOnlySpan<byte> file, string name, ref int at)
    {
        while (at < file.Length && (IsSpace(file[at]) || file[at] == '#'))
        {
            if (file[at] == '#')
                while (at < file.Length && file[at] is not ((byte)'\n' or (byte)'\r'))
                    at++;
            else
                at++;
        }
        var start = at;
        long number = 0;
        for (; at < file.Length && char.IsAsciiDigit((char)file[at]) && at - start < 9; at++)
            number = 10 * number + file[at] - '0';
        if (at == file.Length)
            throw PictureHeader.Truncated(name, "its PNM header is incomplete");
        return at > start && (IsSpace(file[at]) || file[at] == '#') ? number : throw new PictureException($"{name}: its PNM header is damaged; save it again.");
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or (>= 9 and <= 13);
}
