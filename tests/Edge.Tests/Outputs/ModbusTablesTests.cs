using Edge.Outputs;

namespace Edge.Tests.Outputs;

public sealed class ModbusTablesTests
{
    private readonly ModbusTables tables = new(256);

    // The examples of the Modbus Application Protocol 1.1b3, sections 6.1 to 6.6, 6.11, 6.12 and 6.17.
    [Theory]
    [InlineData("01 0013 0013", "01 03 CD6B05")]
    [InlineData("02 00C4 0016", "02 03 ACDB35")]
    [InlineData("03 006B 0003", "03 06 022B 0000 0064")]
    [InlineData("04 0008 0001", "04 02 000A")]
    [InlineData("05 00AC FF00", "05 00AC FF00")]
    [InlineData("06 0001 0003", "06 0001 0003")]
    [InlineData("0F 0013 000A 02 CD01", "0F 0013 000A")]
    [InlineData("10 0001 0002 04 000A 0102", "10 0001 0002")]
    [InlineData("17 0003 0006 000E 0003 06 00FF 00FF 00FF", "17 0C 00FE 0ACD 0001 0003 000D 00FF")]
    public void Answer_TheSpecificationsExamples_AnswersAsThere(string request, string expected)
    {
        SetBits(tables.Coils, 0x13, 0xCD, 0x6B, 0x05);
        SetBits(tables.Inputs, 0xC4, 0xAC, 0xDB, 0x35);
        ((ushort[])[0x022B, 0, 0x0064]).CopyTo(tables.Holding, 0x6B);
        ((ushort[])[0x00FE, 0x0ACD, 1, 3, 0x000D, 0x00FF]).CopyTo(tables.Holding, 3);
        tables.Registers[8] = 10;

        Assert.Equal(Bytes(expected), Answer(request));
    }

    [Fact]
    public void Answer_Writes_ReachTheirTables()
    {
        Answer("05 00AC FF00");
        Answer("0F 0013 000A 02 CD01");
        Answer("06 0030 1234");
        Answer("10 0001 0002 04 000A 0102");
        Answer("17 0003 0001 000E 0001 02 00FF");

        Assert.True(tables.Coils[0xAC]);
        Assert.Equal([true, false, true, true, false, false, true, true, true, false], tables.Coils[0x13..0x1D]);
        Assert.Equal((0x1234, 0x000A, 0x0102, 0x00FF), (tables.Holding[0x30], tables.Holding[1], tables.Holding[2], tables.Holding[14]));
    }

    // Unknown functions; counts of nothing, beyond the protocol's and beyond the table; lengths that lie; a coil neither on nor off.
    [Theory]
    [InlineData("07", "87 01")]
    [InlineData("2B 0E 01 00", "AB 01")]
    [InlineData("FF", "FF 01")]
    [InlineData("01 0000 0000", "81 03")]
    [InlineData("01 0000 07D1", "81 03")]
    [InlineData("01 0000 0101", "81 02")]
    [InlineData("02 0100 0001", "82 02")]
    [InlineData("03 0000 007E", "83 03")]
    [InlineData("03 FFFF 0001", "83 02")]
    [InlineData("04 00FF 0002", "84 02")]
    [InlineData("04 0000", "84 03")]
    [InlineData("05 0000 0001", "85 03")]
    [InlineData("05 0100 FF00", "85 02")]
    [InlineData("06 0100 0000", "86 02")]
    [InlineData("06 01", "86 03")]
    [InlineData("0F 0000 0009 01 FF", "8F 03")]
    [InlineData("0F 00F9 0008 01 FF", "8F 02")]
    [InlineData("10 0000 0064 02 ABCD", "90 03")]
    [InlineData("10 00FF 0002 04 0000 0000", "90 02")]
    [InlineData("17 0000 0001 00FF 0002 04 0000 0000", "97 02")]
    [InlineData("17 0000 007E 0000 0001 02 0000", "97 03")]
    public void Answer_UnsoundRequest_IsAnExceptionAndChangesNothing(string request, string expected)
    {
        Assert.Equal(Bytes(expected), Answer(request));
        Assert.DoesNotContain(true, tables.Coils);
        Assert.All(tables.Holding, register => Assert.Equal(0, register));
    }

    private byte[] Answer(string request)
    {
        var reply = new byte[ModbusTables.MaxLength];
        return reply[..tables.Answer(Bytes(request), reply)];
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", ""));

    private static void SetBits(bool[] table, int at, params byte[] bytes)
    {
        for (var i = 0; i < 8 * bytes.Length; i++)
            table[at + i] = (bytes[i / 8] >> (i % 8) & 1) != 0;
    }
}
