using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Edge.Runtime.Imaging;

/// <summary>Turns a frame into what the network takes: planar floats in [-1, 1]. Black is exactly -1, white exactly 1. Allocates nothing.</summary>
public static class PictureTensor
{
    // ITU-R BT.601 in thousandths: integer weights keep grey exactly grey.
    private const int LumaBlue = 114, LumaGreen = 587, LumaRed = 299, LumaOne = 1000;

    private static readonly float[] Byte = Enumerable.Range(0, 256).Select(v => v / 127.5f - 1).ToArray();

    /// <summary>Converts <c>v/127.5 - 1</c> (8 bit) or <c>v/32767.5 - 1</c> (16 bit). A colour frame becomes RGB planes, or its BT.601 luma
    /// for one channel; a grey frame is repeated for three channels.</summary>
    /// <param name="frame">The picture.</param>
    /// <param name="channels">Channels wanted, 1 or 3.</param>
    /// <param name="chw">[channels, Height, Width] the result, of exactly that length.</param>
    /// <exception cref="ArgumentException">Channels or the length of <paramref name="chw"/> do not fit.</exception>
    public static void Convert(in Frame frame, int channels, Span<float> chw)
    {
        if (channels is not (1 or 3)) throw new ArgumentException($"A tensor has 1 or 3 channels, not {channels}.", nameof(channels));
        int pixels = frame.Width * frame.Height;
        if (chw.Length != channels * pixels)
            throw new ArgumentException($"{channels} x {frame.Height} x {frame.Width} values are needed, not {chw.Length}.", nameof(chw));

        bool grey = frame.Channels == 1, wide = frame.BytesPerChannel == 2;
        for (int y = 0; y < frame.Height; y++)
        {
            ReadOnlySpan<byte> row = frame.Row(y);
            Span<float> first = chw.Slice(y * frame.Width, frame.Width);
            if (grey && wide) Grey(Words(row), first);
            else if (grey) Grey(row, first);
            else if (channels == 1 && wide) Luma(Words(row), first);
            else if (channels == 1) Luma(row, first);
            else
            {
                Span<float> green = chw.Slice(pixels + y * frame.Width, frame.Width), blue = chw.Slice(2 * pixels + y * frame.Width, frame.Width);
                if (wide) Planes(Words(row), first, green, blue);
                else Planes(row, first, green, blue);
            }
        }
        if (grey && channels == 3)
        {
            chw[..pixels].CopyTo(chw[pixels..]);
            chw[..pixels].CopyTo(chw[(2 * pixels)..]);
        }
    }

    private static ReadOnlySpan<ushort> Words(ReadOnlySpan<byte> row) => MemoryMarshal.Cast<byte, ushort>(row);

    // Division, not multiplication by the reciprocal, so that both ends come out exact; vector and scalar divide alike.
    private static void Grey(ReadOnlySpan<byte> row, Span<float> target)
    {
        int x = 0;
        for (; x <= row.Length - Vector128<byte>.Count; x += Vector128<byte>.Count)
        {
            (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(Vector128.Create(row.Slice(x, Vector128<byte>.Count)));
            Store(low, 127.5f, target[x..]);
            Store(high, 127.5f, target[(x + Vector128<ushort>.Count)..]);
        }
        for (; x < row.Length; x++) target[x] = row[x] / 127.5f - 1;
    }

    private static void Grey(ReadOnlySpan<ushort> row, Span<float> target)
    {
        int x = 0;
        for (; x <= row.Length - Vector128<ushort>.Count; x += Vector128<ushort>.Count)
            Store(Vector128.Create(row.Slice(x, Vector128<ushort>.Count)), 32767.5f, target[x..]);
        for (; x < row.Length; x++) target[x] = row[x] / 32767.5f - 1;
    }

    private static void Store(Vector128<ushort> values, float half, Span<float> target)
    {
        (Vector128<uint> low, Vector128<uint> high) = Vector128.Widen(values);
        (Vector128.ConvertToSingle(low.AsInt32()) / Vector128.Create(half) - Vector128<float>.One).CopyTo(target);
        (Vector128.ConvertToSingle(high.AsInt32()) / Vector128.Create(half) - Vector128<float>.One).CopyTo(target[Vector128<float>.Count..]);
    }

    private static void Luma(ReadOnlySpan<byte> row, Span<float> target)
    {
        for (int x = 0, at = 0; x < target.Length; x++, at += 3)
            target[x] = (LumaBlue * row[at] + LumaGreen * row[at + 1] + LumaRed * row[at + 2]) / (127.5f * LumaOne) - 1;
    }

    private static void Luma(ReadOnlySpan<ushort> row, Span<float> target)
    {
        for (int x = 0, at = 0; x < target.Length; x++, at += 3)
            target[x] = (LumaBlue * row[at] + LumaGreen * row[at + 1] + LumaRed * row[at + 2]) / (32767.5f * LumaOne) - 1;
    }

    private static void Planes(ReadOnlySpan<byte> row, Span<float> red, Span<float> green, Span<float> blue)
    {
        ReadOnlySpan<float> value = Byte;
        for (int x = 0, at = 0; x < red.Length; x++, at += 3)
        {
            blue[x] = value[row[at]];
            green[x] = value[row[at + 1]];
            red[x] = value[row[at + 2]];
        }
    }

    private static void Planes(ReadOnlySpan<ushort> row, Span<float> red, Span<float> green, Span<float> blue)
    {
        for (int x = 0, at = 0; x < red.Length; x++, at += 3)
            (blue[x], green[x], red[x]) = (row[at] / 32767.5f - 1, row[at + 1] / 32767.5f - 1, row[at + 2] / 32767.5f - 1);
    }
}
