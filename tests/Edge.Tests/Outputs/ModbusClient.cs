using System.Runtime.InteropServices;

namespace Edge.Tests.Outputs;

/// <summary>A PLC: libmodbus as a client.</summary>
internal sealed partial class ModbusClient : IDisposable
{
    private const string Library = "libmodbus.so.5";

    private nint context;

    public ModbusClient(int port)
    {
        context = NewTcp("127.0.0.1", port);
        Assert.NotEqual(0, context);
        SetResponseTimeout(context, 10, 0);
        Check(Connect(context));
    }

    public void Coil(int address, bool on) => Check(WriteBit(context, address, on ? 1 : 0));

    public void Coils(int address, params byte[] values) => Check(WriteBits(context, address, values.Length, values));

    public bool[] Inputs(int address, int count)
    {
        var bits = new byte[count];
        Check(ReadInputBits(context, address, count, bits));
        return [.. bits.Select(bit => bit != 0)];
    }

    public ushort[] Registers(int address, int count)
    {
        var registers = new ushort[count];
        Check(ReadInputRegisters(context, address, count, registers));
        return registers;
    }

    public void Write(int address, params ushort[] values) => Check(WriteRegisters(context, address, values.Length, values));

    public ushort[] Holding(int address, int count)
    {
        var registers = new ushort[count];
        Check(ReadRegisters(context, address, count, registers));
        return registers;
    }

    public void Dispose()
    {
        if (context == 0)
            return;
        Close(context);
        Free(context);
        context = 0;
    }

    private static void Check(int result)
    {
        if (result < 0)
            throw new IOException(Marshal.PtrToStringUTF8(StringError(Marshal.GetLastPInvokeError())));
    }

    [LibraryImport(Library, EntryPoint = "modbus_new_tcp", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint NewTcp(string ip, int port);

    [LibraryImport(Library, EntryPoint = "modbus_set_response_timeout")]
    private static partial int SetResponseTimeout(nint context, uint seconds, uint microseconds);

    [LibraryImport(Library, EntryPoint = "modbus_connect", SetLastError = true)]
    private static partial int Connect(nint context);

    [LibraryImport(Library, EntryPoint = "modbus_write_bit", SetLastError = true)]
    private static partial int WriteBit(nint context, int address, int value);

    [LibraryImport(Library, EntryPoint = "modbus_write_bits", SetLastError = true)]
    private static partial int WriteBits(nint context, int address, int count, byte[] values);

    [LibraryImport(Library, EntryPoint = "modbus_read_input_bits", SetLastError = true)]
    private static partial int ReadInputBits(nint context, int address, int count, [Out] byte[] values);

    [LibraryImport(Library, EntryPoint = "modbus_read_input_registers", SetLastError = true)]
    private static partial int ReadInputRegisters(nint context, int address, int count, [Out] ushort[] values);

    [LibraryImport(Library, EntryPoint = "modbus_read_registers", SetLastError = true)]
    private static partial int ReadRegisters(nint context, int address, int count, [Out] ushort[] values);

    [LibraryImport(Library, EntryPoint = "modbus_write_registers", SetLastError = true)]
    private static partial int WriteRegisters(nint context, int address, int count, ushort[] values);

    [LibraryImport(Library, EntryPoint = "modbus_strerror")]
    private static partial nint StringError(int error);

    [LibraryImport(Library, EntryPoint = "modbus_close")]
    private static partial void Close(nint context);

    [LibraryImport(Library, EntryPoint = "modbus_free")]
    private static partial void Free(nint context);
}
