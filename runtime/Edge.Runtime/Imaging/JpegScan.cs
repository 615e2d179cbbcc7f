using System.Buffers.Binary;

namespace Edge.Runtime.Imaging;

/// <summary>
/// Walks through the entropy-coded data of a Huffman-coded JPEG (ITU-T T.81, annexes F and G) without making pixels of it. libjpeg fills what it
/// cannot decode with grey and only warns, so a damaged picture would be inspected as if it were whole.
/// </summary>
internal ref struct JpegScan
{
    private const int MaxComponents = 4;

    /// <summary>Bits that are 0 one after the other within a block. A picture does not have them: that many equal coefficients with equal
    /// signs. Zeroed sectors of a disk do, and they decode without a fault where the number of blocks happens to fit.</summary>
    private const int TooManyZeros = 64;

    private readonly ReadOnlySpan<byte> file;
    private readonly HuffmanTable?[] tables = new HuffmanTable?[8];
    private readonly Component[] components = new Component[MaxComponents];
    private int componentCount;
    private int width;
    private int height;
    private int mostAcross;
    private int mostDown;
    private bool progressive;
    private int restartInterval;

    // The reader of bits.
    private int at;
    private uint bits;
    private int bitCount;
    private int borrowed;
    private int zeros;

    // The scan that is read: its band of coefficients and the bit of them (T.81, G.1.1).
    private int first;
    private int last;
    private bool refines;
    private int endOfBand;

    private JpegScan(ReadOnlySpan<byte> file) => this.file = file;

    /// <summary>Says what is wrong with the data, or null where every scan decodes to its end.</summary>
    /// <param name="file">The whole file.</param>
    internal static string? Fault(ReadOnlySpan<byte> file)
    {
        try
        {
            var scan = new JpegScan(file);
            scan.ReadSegments();
            return null;
        }
        catch (DamagedException e)
        {
            return e.Message;
        }
    }

    private void ReadSegments()
    {
        at = 2;
        while (true)
        {
            var marker = NextMarker();
            if (marker == 0xD9)
                break;
            if (marker is 0x01 or (>= 0xD0 and <= 0xD8))
                continue;
            if (at + 2 > file.Length)
                throw new DamagedException("a segment is cut off");
            var length = BinaryPrimitives.ReadUInt16BigEndian(file[at..]);
            if (length < 2 || at + length > file.Length)
                throw new DamagedException("a segment is cut off");
            var segment = file.Slice(at + 2, length - 2);
            at += length;
            switch (marker)
            {
                case 0xC0 or 0xC1 or 0xC2:
                    ReadFrameHeader(segment, marker == 0xC2);
                    break;
                case 0xC4:
                    ReadTables(segment);
                    break;
                case 0xDD:
                    restartInterval = segment.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(segment) : 0;
                    break;
                case 0xDA:
                    ReadScan(segment);
                    break;
                case >= 0xC3 and <= 0xCF and not 0xC8 and not 0xCC:
                    throw new DamagedException("lossless, hierarchical and arithmetic coding are not read");
            }
        }
        if (componentCount == 0)
            throw new DamagedException("there is no picture in it");
        for (var i = 0; i < componentCount; i++)
            if (!components[i].Seen)
                throw new DamagedException("the scan of a colour is missing");
    }

    private int NextMarker()
    {
        if (at + 2 > file.Length || file[at] != 0xFF)
            throw new DamagedException("bytes follow where a marker is due");
        while (at < file.Length && file[at] == 0xFF)
            at++;
        return at < file.Length ? file[at++] : throw new DamagedException("it ends inside a marker");
    }

    private void ReadFrameHeader(ReadOnlySpan<byte> segment, bool isProgressive)
    {
        if (componentCount > 0 || segment.Length < 6)
            throw new DamagedException("its frame header is damaged");
        if (segment[0] != 8)
            throw new DamagedException($"{segment[0]} bits a value are not read");
        height = BinaryPrimitives.ReadUInt16BigEndian(segment[1..]);
        width = BinaryPrimitives.ReadUInt16BigEndian(segment[3..]);
        progressive = isProgressive;
        componentCount = segment[5];
        if (width == 0 || height == 0 || componentCount is < 1 or > MaxComponents || segment.Length < 6 + 3 * componentCount)
            throw new DamagedException("its frame header is damaged");
        for (var i = 0; i < componentCount; i++)
        {
            var part = segment.Slice(6 + 3 * i, 3);
            var component = new Component { Id = part[0], Across = part[1] >> 4, Down = part[1] & 15 };
            if (component.Across is < 1 or > 4 || component.Down is < 1 or > 4)
                throw new DamagedException("its frame header is damaged");
            mostAcross = Math.Max(mostAcross, component.Across);
            mostDown = Math.Max(mostDown, component.Down);
            components[i] = component;
        }
        for (var i = 0; i < componentCount; i++)
        {
            ref var component = ref components[i];
            component.BlocksAcross = Blocks(width, component.Across, mostAcross);
            component.BlocksDown = Blocks(height, component.Down, mostDown);
            component.Stride = Ceiling(width, 8 * mostAcross) * component.Across;
            if (progressive)
                component.Nonzero = new ulong[component.Stride * Ceiling(height, 8 * mostDown) * component.Down];
        }
    }

    private static int Blocks(int side, int sampling, int most) => Ceiling(Ceiling(side * sampling, most), 8);

    private static int Ceiling(int value, int divisor) => (value + divisor - 1) / divisor;

    private void ReadTables(ReadOnlySpan<byte> segment)
    {
        while (segment.Length >= 17)
        {
            var slot = (segment[0] & 0x10) >> 2 | segment[0] & 3;
            var count = 0;
            for (var i = 1; i <= 16; i++)
                count += segment[i];
            if ((segment[0] & 0xEC) != 0 || count > 256 || segment.Length < 17 + count)
                throw new DamagedException("a Huffman table is damaged");
            tables[slot] = new HuffmanTable(segment.Slice(1, 16), segment.Slice(17, count));
            segment = segment[(17 + count)..];
        }
    }

    private void ReadScan(ReadOnlySpan<byte> segment)
    {
        var count = segment.Length > 0 ? segment[0] : 0;
        if (componentCount == 0 || count is < 1 or > MaxComponents || segment.Length < 4 + 2 * count)
            throw new DamagedException("a scan header is damaged");
        Span<int> inScan = stackalloc int[count];
        for (var i = 0; i < count; i++)
        {
            inScan[i] = -1;
            for (var c = 0; c < componentCount; c++)
                if (components[c].Id == segment[1 + 2 * i])
                    inScan[i] = c;
            if (inScan[i] < 0)
                throw new DamagedException("a scan header is damaged");
            ref var component = ref components[inScan[i]];
            component.Dc = segment[2 + 2 * i] >> 4 & 3;
            component.Ac = segment[2 + 2 * i] & 3;
        }
        var tail = segment.Slice(1 + 2 * count, 3);
        first = progressive ? tail[0] : 0;
        last = progressive ? tail[1] : 63;
        refines = progressive && tail[2] >> 4 != 0;
        if (first > last || last > 63 || (progressive && first == 0 && last != 0) || (first > 0 && count > 1))
            throw new DamagedException("a scan header is damaged");
        foreach (var c in inScan)
        {
            components[c].Seen |= first == 0;
            Require(first == 0 && !refines, components[c].Dc);
            Require(last > 0, 4 + components[c].Ac);
        }
        DecodeScan(inScan);
    }

    private readonly void Require(bool needed, int table)
    {
        if (needed && tables[table] is null)
            throw new DamagedException("a Huffman table is missing");
    }

    private void DecodeScan(scoped ReadOnlySpan<int> inScan)
    {
        bits = 0;
        bitCount = borrowed = endOfBand = 0;
        var single = inScan.Length == 1;
        ref var only = ref components[inScan[0]];
        var across = single ? only.BlocksAcross : Ceiling(width, 8 * mostAcross);
        var down = single ? only.BlocksDown : Ceiling(height, 8 * mostDown);
        var untilRestart = restartInterval;
        var restart = 0;
        for (var y = 0; y < down; y++)
            for (var x = 0; x < across; x++)
            {
                if (restartInterval > 0 && untilRestart-- == 0)
                {
                    EndSegment();
                    if (NextMarker() != 0xD0 + restart)
                        throw new DamagedException("a restart marker is missing");
                    restart = restart + 1 & 7;
                    untilRestart = restartInterval - 1;
                }
                if (single)
                {
                    DecodeBlock(ref only, y * only.Stride + x);
                    continue;
                }
                foreach (var c in inScan)
                {
                    ref var component = ref components[c];
                    for (var v = 0; v < component.Down; v++)
                        for (var h = 0; h < component.Across; h++)
                            DecodeBlock(ref component, (y * component.Down + v) * component.Stride + x * component.Across + h);
                }
            }
        EndSegment();
    }

    /// <summary>A segment ends with fewer than eight bits of padding, and then a marker follows.</summary>
    private void EndSegment()
    {
        if (endOfBand > 0)
            throw new DamagedException("a scan ends too early");
        // Bits that were made up behind the end must not have been used; whole bytes read ahead are given back.
        if (borrowed > bitCount)
            throw new DamagedException("a scan ends too early");
        var whole = (bitCount - borrowed) / 8;
        for (; whole > 0; whole--)
            at -= file[at - 1] == 0 && file[at - 2] == 0xFF ? 2 : 1;
        bits = 0;
        bitCount = borrowed = 0;
        if (at + 1 >= file.Length || file[at] != 0xFF || file[at + 1] == 0)
            throw new DamagedException("a scan holds more data than its picture");
    }

    private void DecodeBlock(ref Component component, int block)
    {
        if (!progressive)
        {
            zeros = 0;
            Skip(Symbol(component.Dc, 16));
            for (var k = 1; k < 64; k++)
            {
                var symbol = Symbol(4 + component.Ac, 256);
                if ((symbol & 15) == 0)
                {
                    if (symbol != 0xF0)
                        break;
                    k += 15;
                    continue;
                }
                k += symbol >> 4;
                if (k > 63)
                    throw new DamagedException("a block has more than 64 coefficients");
                Skip(symbol & 15);
                if (zeros >= TooManyZeros)
                    throw new DamagedException("a part of its data is blank");
            }
        }
        else if (first == 0)
            Skip(refines ? 1 : Symbol(component.Dc, 16));
        else if (refines)
            RefineBand(component.Ac, ref component.Nonzero[block]);
        else
            DecodeBand(component.Ac, ref component.Nonzero[block]);
    }

    private void DecodeBand(int table, ref ulong nonzero)
    {
        if (endOfBand > 0)
        {
            endOfBand--;
            return;
        }
        for (var k = first; k <= last; k++)
        {
            var symbol = Symbol(4 + table, 256);
            var run = symbol >> 4;
            if ((symbol & 15) == 0)
            {
                if (run != 15)
                {
                    endOfBand = (1 << run) - 1 + Skip(run);
                    return;
                }
                k += 15;
                continue;
            }
            k += run;
            if (k > last)
                throw new DamagedException("a block has more than 64 coefficients");
            Skip(symbol & 15);
            nonzero |= 1UL << k;
        }
    }

    // T.81, figure G.7: coefficients that are not zero yet count as zeros of the run, the others are followed by a bit of correction.
    private void RefineBand(int table, ref ulong nonzero)
    {
        var k = first;
        if (endOfBand == 0)
            for (; k <= last; k++)
            {
                var symbol = Symbol(4 + table, 256);
                var run = symbol >> 4;
                var isNew = (symbol & 15) != 0;
                if ((symbol & 15) > 1)
                    throw new DamagedException("a Huffman code is wrong");
                if (isNew)
                    Skip(1);
                else if (run != 15)
                {
                    endOfBand = (1 << run) + Skip(run);
                    break;
                }
                for (; k <= last; k++)
                    if ((nonzero >> k & 1) != 0)
                        Skip(1);
                    else if (run-- == 0)
                        break;
                if (!isNew)
                    continue;
                if (k > last)
                    throw new DamagedException("a block has more than 64 coefficients");
                nonzero |= 1UL << k;
            }
        if (endOfBand == 0)
            return;
        for (; k <= last; k++)
            if ((nonzero >> k & 1) != 0)
                Skip(1);
        endOfBand--;
    }

    private int Symbol(int table, int limit)
    {
        Fill();
        var entry = tables[table]!.Lookup[bits >> 16];
        var length = entry >> 8;
        if (length == 0 || (entry & 255) >= limit)
            throw new DamagedException("a Huffman code is wrong");
        Take(length);
        return entry & 255;
    }

    /// <summary>The next bits as a number.</summary>
    private int Skip(int count)
    {
        if (count == 0)
            return 0;
        Fill();
        var value = (int)(bits >> 32 - count);
        Take(count);
        return value;
    }

    private void Take(int count)
    {
        zeros = bits >> 32 - count == 0 ? zeros + count : 0;
        bits <<= count;
        bitCount -= count;
    }

    /// <summary>Makes at least 16 bits ready; behind the end of the data they are zeros, and counted.</summary>
    private void Fill()
    {
        while (bitCount <= 16)
        {
            uint next = 0;
            if (at + 1 < file.Length && file[at] != 0xFF)
                next = file[at++];
            else if (at + 1 < file.Length && file[at + 1] == 0)
            {
                next = 0xFF;
                at += 2;
            }
            else
            {
                borrowed += 8;
                if (borrowed > 64)
                    throw new DamagedException("a scan ends too early");
            }
            bits |= next << 24 - bitCount;
            bitCount += 8;
        }
    }

    private sealed class HuffmanTable
    {
        /// <summary>For the next 16 bits: length of the code times 256, plus the symbol. 0 where no code begins like that.</summary>
        public readonly ushort[] Lookup = new ushort[1 << 16];

        public HuffmanTable(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols)
        {
            int code = 0, symbol = 0;
            for (var length = 1; length <= 16; length++)
                for (var i = 0; i < counts[length - 1]; i++)
                {
                    var span = 1 << 16 - length;
                    if (code + span > Lookup.Length)
                        throw new DamagedException("a Huffman table is damaged");
                    Lookup.AsSpan(code, span).Fill((ushort)(length << 8 | symbols[symbol++]));
                    code += span;
                }
        }
    }

    private struct Component
    {
        public int Id;
        public int Across;
        public int Down;
        public int BlocksAcross;
        public int BlocksDown;

        /// <summary>Blocks in a row, with those that fill the last unit.</summary>
        public int Stride;
        public int Dc;
        public int Ac;
        public bool Seen;

        /// <summary>One bit per coefficient of each block: whether a scan has set it.</summary>
        public ulong[] Nonzero;
    }

    private sealed class DamagedException(string message) : Exception(message);
}
