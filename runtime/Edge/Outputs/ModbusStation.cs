using System.Text;
using Edge.Service;

namespace Edge.Outputs;

/// <summary>A station's block of the Modbus tables: <see cref="Size"/> entries in each, laid out as edge-modbus(7) says.</summary>
/// <param name="name">The station.</param>
/// <param name="external">Whether its parts begin with a trigger; else the block follows the last result.</param>
/// <param name="notReady">Why a trigger would be refused now; null when it would not.</param>
/// <param name="handshake">Its handshake.</param>
/// <param name="tables">All tables.</param>
/// <param name="offset">Where its block begins.</param>
internal sealed class ModbusStation(string name, bool external, Func<string?> notReady, Handshake handshake, ModbusTables tables, int offset)
{
    public const int Size = 32;

    private const int PartIdLength = 16;

    private PartResult? last;
    private uint good;
    private uint bad;

    public string Name => name;

    public Handshake Handshake => handshake;

    /// <summary>Counts a result and takes it to where it belongs; true when nobody has to acknowledge it.</summary>
    public bool Take(PartResult result)
    {
        last = result;
        if (result.Verdict == ResultVerdict.Ok)
            good++;
        else
            bad++;
        handshake.Take(result);
        return !external;
    }

    /// <summary>Hands the coils the PLC has written to the handshake.</summary>
    public void Read()
    {
        var coils = tables.Coils.AsSpan(offset);
        handshake.SetLevels(coils[0], coils[1], coils[2], PartId());
    }

    /// <summary>Brings what the PLC reads up to date.</summary>
    public void Write(bool boxReady, ushort heartbeat)
    {
        handshake.CheckTime();
        var result = external ? handshake.Result : last;
        var valid = external ? handshake.ResultsReady : result is not null;

        var bits = tables.Inputs.AsSpan(offset);
        bits[0] = external && handshake.State == HandshakeState.Ready && notReady() is null;
        bits[1] = handshake.IsBusy;
        bits[2] = handshake.ResultsReady;
        bits[3] = valid && result!.Verdict == ResultVerdict.Ok;
        bits[4] = valid && result!.Verdict == ResultVerdict.Ng;
        bits[5] = handshake.State == HandshakeState.Error;
        bits[6] = boxReady;
        bits[7] = heartbeat % 2 != 0;

        var registers = tables.Registers.AsSpan(offset);
        Put(registers, 0, (uint)(external ? handshake.Id : result?.Id ?? 0));
        registers[2] = (ushort)(result is null ? 0 : result.Verdict == ResultVerdict.Ok ? 1 : 2);
        registers[3] = (ushort)(result?.Reason ?? 0);
        Put(registers, 4, Bits(result is null ? 0 : result.Score ?? double.NaN));
        Put(registers, 6, Bits(result?.Threshold ?? 0));
        registers[8] = (ushort)(result is null ? 0 : result.PValue is { } p ? Math.Clamp(Math.Round(p * 10_000), 0, 10_000) : ushort.MaxValue);
        registers[9] = (ushort)Math.Min(Math.Round(result?.TotalMs ?? 0), ushort.MaxValue);
        registers[10] = (ushort)handshake.Error;
        registers[11] = heartbeat;
        PutText(registers[12..], external ? handshake.PartId : result?.PartId);
        Put(registers, 20, good);
        Put(registers, 22, bad);
    }

    /// <summary>What the PLC has written as the part's id, high bytes first, up to the first zero; null where it has written none.</summary>
    private string? PartId()
    {
        Span<byte> bytes = stackalloc byte[PartIdLength];
        for (var i = 0; i < PartIdLength; i++)
            bytes[i] = (byte)(tables.Holding[offset + i / 2] >> (8 - i % 2 * 8));
        var end = bytes.IndexOf((byte)0);
        var text = Encoding.ASCII.GetString(end < 0 ? bytes : bytes[..end]).Trim();
        return text.Length == 0 ? null : text;
    }

    private static void PutText(Span<ushort> registers, string? text)
    {
        for (var i = 0; i < PartIdLength / 2; i++)
            registers[i] = (ushort)(Character(2 * i) << 8 | Character(2 * i + 1));

        int Character(int at) => text is null || at >= text.Length ? 0 : char.IsAscii(text[at]) ? text[at] : '?';
    }

    private static uint Bits(double value) => BitConverter.SingleToUInt32Bits((float)value);

    /// <summary>Two registers, the high word first.</summary>
    private static void Put(Span<ushort> registers, int at, uint value) => (registers[at], registers[at + 1]) = ((ushort)(value >> 16), (ushort)value);
}
