using System.Buffers.Binary;

namespace Edge.Outputs;

/// <summary>The four tables of a Modbus server and the functions that read and write them (Modbus Application Protocol 1.1b3, section 6).</summary>
/// <param name="size">Entries of each table.</param>
internal sealed class ModbusTables(int size)
{
    /// <summary>Longest request or answer without its address header, bytes.</summary>
    public const int MaxLength = 253;

    private const int IllegalFunction = 1;
    private const int IllegalAddress = 2;
    private const int IllegalValue = 3;

    /// <summary>Bits the client writes.</summary>
    public bool[] Coils { get; } = new bool[size];

    /// <summary>Bits the client reads.</summary>
    public bool[] Inputs { get; } = new bool[size];

    /// <summary>Registers the client writes.</summary>
    public ushort[] Holding { get; } = new ushort[size];

    /// <summary>Registers the client reads.</summary>
    public ushort[] Registers { get; } = new ushort[size];

    /// <summary>Carries out a request. A request that is not sound changes nothing and is answered with an exception code.</summary>
    /// <param name="request">Function and data; at least the function.</param>
    /// <param name="reply">Room for <see cref="MaxLength"/> bytes.</param>
    /// <returns>Bytes of the answer.</returns>
    public int Answer(ReadOnlySpan<byte> request, Span<byte> reply)
    {
        reply[0] = request[0];
        var length = request[0] switch
        {
            1 => ReadBits(Coils, request, reply),
            2 => ReadBits(Inputs, request, reply),
            3 => ReadRegisters(Holding, request, reply),
            4 => ReadRegisters(Registers, request, reply),
            5 => WriteBit(request, reply),
            6 => WriteRegister(request, reply),
            15 => WriteBits(request, reply),
            16 => WriteRegisters(request, reply),
            23 => WriteAndReadRegisters(request, reply),
            _ => -IllegalFunction,
        };
        if (length > 0)
            return length;
        (reply[0], reply[1]) = ((byte)(request[0] | 0x80), (byte)-length);
        return 2;
    }

    private static int ReadBits(bool[] table, ReadOnlySpan<byte> request, Span<byte> reply)
    {
        if (request.Length != 5 || Word(request, 3) is not (var count and >= 1 and <= 2000))
            return -IllegalValue;
        if (!Fits(table, Word(request, 1), count))
            return -IllegalAddress;
        var data = reply.Slice(2, (count + 7) / 8);
        data.Clear();
        for (var i = 0; i < count; i++)
            if (table[Word(request, 1) + i])
                data[i / 8] |= (byte)(1 << (i % 8));
        reply[1] = (byte)data.Length;
        return 2 + data.Length;
    }

    private static int ReadRegisters(ushort[] table, ReadOnlySpan<byte> request, Span<byte> reply)
    {
        if (request.Length != 5 || Word(request, 3) is not (var count and >= 1 and <= 125))
            return -IllegalValue;
        if (!Fits(table, Word(request, 1), count))
            return -IllegalAddress;
        for (var i = 0; i < count; i++)
            BinaryPrimitives.WriteUInt16BigEndian(reply[(2 + 2 * i)..], table[Word(request, 1) + i]);
        reply[1] = (byte)(2 * count);
        return 2 + 2 * count;
    }

    private int WriteBit(ReadOnlySpan<byte> request, Span<byte> reply)
    {
        if (request.Length != 5 || Word(request, 3) is not (0x0000 or 0xFF00))
            return -IllegalValue;
        if (!Fits(Coils, Word(request, 1), 1))
            return -IllegalAddress;
        Coils[Word(request, 1)] = Word(request, 3) != 0;
        return Echo(request, reply);
    }

    private int WriteRegister(ReadOnlySpan<byte> request, Span<byte> reply)
    {
        if (request.Length != 5)
            return -IllegalValue;
        if (!Fits(Holding, Word(request, 1), 1))
            return -IllegalAddress;
        Holding[Word(request, 1)] = Word(request, 3);
        return Echo(request, reply);
    }

    private int WriteBits(ReadOnlySpan<byte> request, Span<byte> reply)
    {
        if (request.Length < 6 || Word(request, 3) is not (var count and >= 1 and <= 1968) || request[5] != (count + 7) / 8 || request.Length != 6 + request[5])
            return -IllegalValue;
        if (!Fits(Coils, Word(request, 1), count))
            return -IllegalAddress;
        for (var i = 0; i < count; i++)
            Coils[Word(request, 1) + i] = (request[6 + i / 8] >> (i % 8) & 1) != 0;
        return Echo(request, reply);
    }

    private int WriteRegisters(ReadOnlySpan<byte> request, Span<byte> reply)
    {
        if (request.Length < 6 || Word(request, 3) is not (var count and >= 1 and <= 123) || request[5] != 2 * count || request.Length != 6 + request[5])
            return -IllegalValue;
        if (!Fits(Holding, Word(request, 1), count))
            return -IllegalAddress;
        for (var i = 0; i < count; i++)
            Holding[Word(request, 1) + i] = Word(request, 6 + 2 * i);
        return Echo(request, reply);
    }

    private int WriteAndReadRegisters(ReadOnlySpan<byte> request, Span<byte> reply)
    {
        if (request.Length < 10 || Word(request, 3) is < 1 or > 125 || Word(request, 7) is not (var count and >= 1 and <= 121)
            || request[9] != 2 * count || request.Length != 10 + request[9])
            return -IllegalValue;
        if (!Fits(Holding, Word(request, 1), Word(request, 3)) || !Fits(Holding, Word(request, 5), count))
            return -IllegalAddress;
        for (var i = 0; i < count; i++)
            Holding[Word(request, 5) + i] = Word(request, 10 + 2 * i);
        return ReadRegisters(Holding, request[..5], reply);
    }

    private static bool Fits(Array table, int at, int count) => at + count <= table.Length;

    private static ushort Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);

    /// <summary>Writes are answered with their own first five bytes.</summary>
    private static int Echo(ReadOnlySpan<byte> request, Span<byte> reply)
    {
        request[..5].CopyTo(reply);
        return 5;
    }
}
