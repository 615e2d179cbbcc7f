namespace Edge.Runtime.Tests.Imaging;

/// <summary>TIFFs put together tag by tag, uncompressed, little-endian, one strip.</summary>
internal sealed class TiffBytes
{
    private readonly SortedDictionary<int, int[]> tags = [];

    public TiffBytes(int width, int height, int bits, int samples = 1)
    {
        With(256, width).With(257, height).With(258, [.. Enumerable.Repeat(bits, samples)]).With(259, 1).With(262, samples == 3 ? 2 : 1)
            .With(277, samples).With(278, height);
    }

    public TiffBytes With(int tag, params int[] values)
    {
        tags[tag] = values;
        return this;
    }

    /// <param name="data">The strips' bytes; several strips for separate planes.</param>
    public byte[] Build(params byte[][] data) => Build([(this, data)]);

    public static byte[] Build(params (TiffBytes Page, byte[][] Data)[] pages)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("II*\0"u8);
        var link = stream.Position;
        writer.Write(0);
        foreach (var (page, data) in pages)
        {
            page.With(279, [.. data.Select(strip => strip.Length)]);
            page.With(273, [.. data.Select(_ => 0)]);
            var starts = new List<int>();
            foreach (var strip in data)
            {
                starts.Add((int)stream.Position);
                writer.Write(strip);
            }
            page.With(273, [.. starts]);
            // All values as LONG, but for the number of bits, as many readers want it.
            var outside = new Dictionary<int, int>();
            foreach (var (tag, values) in page.tags)
            {
                if (values.Length * (tag == 258 ? 2 : 4) <= 4)
                    continue;
                outside[tag] = (int)stream.Position;
                foreach (var value in values)
                    if (tag == 258)
                        writer.Write((short)value);
                    else
                        writer.Write(value);
            }
            var directory = (int)stream.Position;
            stream.Position = link;
            writer.Write(directory);
            stream.Position = directory;
            writer.Write((short)page.tags.Count);
            foreach (var (tag, values) in page.tags)
            {
                writer.Write((short)tag);
                writer.Write((short)(tag is 256 or 257 or 273 or 278 or 279 ? 4 : 3));
                writer.Write(values.Length);
                writer.Write(outside.TryGetValue(tag, out var at) ? at : values[0]);
            }
            link = stream.Position;
            writer.Write(0);
        }
        return stream.ToArray();
    }

    /// <summary>The same page as BigTIFF.</summary>
    public byte[] BuildBig(byte[] strip)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("II+\0"u8);
        writer.Write((short)8);
        writer.Write((short)0);
        writer.Write(16L + strip.Length);
        writer.Write(strip);
        With(273, 16).With(279, strip.Length);
        writer.Write((long)tags.Count);
        foreach (var (tag, values) in tags)
        {
            writer.Write((short)tag);
            writer.Write((short)(tag is 256 or 257 or 273 or 278 or 279 ? 4 : 3));
            writer.Write(1L);
            writer.Write((long)values[0]);
        }
        writer.Write(0L);
        return stream.ToArray();
    }
}
