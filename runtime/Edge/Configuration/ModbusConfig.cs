using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Edge.Configuration;

/// <summary>The Modbus TCP server.</summary>
internal sealed record ModbusConfig
{
    [Description("Address to listen on.")]
    public string Listen { get; init; } = "127.0.0.1";

    [Description("Port; 502 is the protocol's own and needs CAP_NET_BIND_SERVICE."), Range(1, 65_535)]
    public int Port { get; init; } = 1502;

    [Description("Milliseconds the PLC may take to acknowledge a result; then the station shows an error. 0 waits for ever."), Range(0, 3_600_000)]
    public int AckTimeoutMs { get; init; } = 5000;

    [Description("Clients at once."), Range(1, 256)]
    public int MaxClients { get; init; } = 8;
}
