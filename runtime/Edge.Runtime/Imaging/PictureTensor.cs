using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Edge.Runtime.Imaging;

/// <summary>Turns a frame into what the network takes: planar floats in [-1, 1]. Black is exactly -1, white exactly 1. Allocates nothing.</summary>
internal static class PictureTensor
{
    // ITU-R BT.601 in thousandths: integer weights keep grey exactly grey.
    private const int LumaBlue = 114, LumaGreen = 587, LumaRed = 299, LumaOne = 1000;

    private static readonly float[] Byte = Enumerable.Range(0, 256).Select(v => v / 127.5f - 1).ToArray();

    /// <summary>Converts <c>2 v / (2^bits - 1) - 1</c> with the frame's significant bits. A colour frame becomes RGB planes, or its BT.601 luma
    /// for one channel; a grey frame is repeated for three channels.</summary>
    /// <param name="frame">The picture.</param>
    /// <param name="channels">Channels wanted, 1 or 3.</param>
    /// <param name="chw">[channels, Height, Width] the result, of exactly that length.</param>
    /// <exception cref="PictureException">A pixel is transparent, or a value has more than the significant bits.</exception>
    /// <exception cref="ArgumentException">Channels or the length of <paramref name="chw"/> do not fit.</exception>
    public static void Convert(in Frame frame, int channels, Span<float> chw)
    {
        if (channels is not (1 or 3)) throw new ArgumentException($"A tensor has 1 or 3 channels, not {channels}.", nameof(channels));
        int pixels = frame.Width * frame.Height;
        if (chw.Length != channels * pixels)
            throw new ArgumentException($"{channels} x {frame.Height} x {frame.Width} values are needed, not {chw.Length}.", nameof(chw));

        bool grey = frame.Channels == 1, wide = frame.BytesPerChannel == 2;
        bool redFirst = frame.Format is PixelFormat.Rgb8 or PixelFormat.Rgba8;
        // Half of white. 127.5 and 32767.5 for values that fill their bytes.
        float half = ((1 << frame.SignificantBits) - 1) / 2f;
        for (int y = 0; y < frame.Height; y++)
        {
            ReadOnlySpan<byte> row = frame.Row(y);
            Refuse(frame, row);
            Span<float> first = chw.Slice(y * frame.Width, frame.Width);
            if (grey && wide) Grey(Words(row), half, first);
            else if (grey) Grey(row, first);
            else if (channels == 1 && wide) Luma(Words(row), half, first);
            else if (channels == 1) Luma(row, frame.Channels, redFirst, first);
            else
            {
                Span<float> green = chw.Slice(pixels + y * frame.Width, frame.Width), blue = chw.Slice(2 * pixels + y * frame.Width, frame.Width);
                if (wide) Planes(Words(row), half, first, green, blue);
                else if (redFirst) Planes(row, frame.Channels, blue, green, first);
                else Planes(row, frame.Channels, first, green, blue);
            }
        }
        if (grey && channels == 3)
        {
            chw[..pixels].CopyTo(chw[pixels..]);
            chw[..pixels].CopyTo(chw[(2 * pixels)..]);
        }
        GC.KeepAlive(frame.Owner);
    }

    private static void Refuse(in Frame frame, ReadOnlySpan<byte> row)
    {
        if (frame.Channels == 4)
        {
            for (int at = 3; at < row.Length; at += 4)
                if (row[at] != byte.MaxValue) throw new PictureException(Frame.Transparent);
        }
        else if (frame.BytesPerChannel == 2 && frame.SignificantBits < 16)
        {
            int all = 0;
            foreach (var value in Words(row)) all |= value;
            Frame.RefuseMore(all, frame.SignificantBits);
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

    private static void Grey(ReadOnlySpan<ushort> row, float half, Span<float> target)
    {
        int x = 0;
        for (; x <= row.Length - Vector128<ushort>.Count; x += Vector128<ushort>.Count)
            Store(Vector128.Create(row.Slice(x, Vector128<ushort>.Count)), half, target[x..]);
        for (; x < row.Length; x++) target[x] = row[x] / half - 1;
    }

    private static void Store(Vector128<ushort> values, float half, Span<float> target)
    {
        (Vector128<uint> low, Vector128<uint> high) = Vector128.Widen(values);
        (Vector128.ConvertToSingle(low.AsInt32()) / Vector128.Create(half) - Vector128<float>.One).CopyTo(target);
        (Vector128.ConvertToSingle(high.AsInt32()) / Vector128.Create(half) - Vector128<float>.One).CopyTo(target[Vector128<float>.Count..]);
    }

    private static void Luma(ReadOnlySpan<byte> row, int channels, bool redFirst, Span<float> target)
    {
        int blue = redFirst ? 2 : 0, red = 2 - blue;
        for (int x = 0, at = 0; x < target.Length; x++, at += channels)
            target[x] = (LumaBlue * row[at + blue] + LumaGreen * row[at + 1] + LumaRed * row[at + red]) / (127.5f * LumaOne) - 1;
    }

    private static void Luma(ReadOnlySpan<ushort> row, float half, Span<float> target)
    {
        for (int x = 0, at = 0; x < target.Length; x++, at += 3)
            target[x] = (LumaBlue * row[at] + LumaGreen * row[at + 1] + LumaRed * row[at + 2]) / (half * LumaOne) - 1;
    }

    private static void Planes(ReadOnlySpan<byte> row, int channels, Span<float> red, Span<float> green, Span<float> blue)
    {
        ReadOnlySpan<float> value = Byte;
        for (int x = 0, at = 0; x < red.Length; x++, at += channels)
        {
            blue[x] = value[row[at]];
            green[x] = value[row[at + 1]];
            red[x] = value[row[at + 2]];
        }
    }

    private static void Planes(ReadOnlySpan<ushort> row, float half, Span<float> red, Span<float> green, Span<float> blue)
    {
        for (int x = 0, at = 0; x < red.Length; x++, at += 3)
            {
            blue[x] = row[at] / half - 1;
            green[x] = row[at + 1] / half - 1;
            red[x] = row[at + 2] / half - 1;
        }
    }
}
