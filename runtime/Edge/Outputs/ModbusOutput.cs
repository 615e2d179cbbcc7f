using System.Collections.Concurrent;
using System.Net;
using Edge.Configuration;
using Edge.Service;
using Microsoft.Extensions.Logging;

namespace Edge.Outputs;

/// <summary>
/// A Modbus TCP server for the PLC; edge-modbus(7) has the map. A station in mode external answers by <see cref="Handshake"/>, the others
/// show their last result. The PLC sees nothing but answers to its requests, so what it reads is brought up to date before each of them.
/// </summary>
internal sealed class ModbusOutput(ModbusConfig config, OutputContext context) : IOutput
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);

    private readonly ILogger log = context.Log.CreateLogger("modbus");
    private readonly Counter errors = context.Telemetry.Add(new Counter("edge_handshake_errors_total",
        "Errors of the handshake with the PLC: 1 station not ready, 2 trigger while not ready, 3 no ack in time, 4 ack without a result, 5 stopping.", "station", "code"));

    // A station may answer from within the very call that begins the part, before its number is known here: results wait for the next look.
    private readonly ConcurrentQueue<PartResult> results = new();
    private readonly Lock gate = new();
    private IReadOnlyList<ModbusStation> stations = [];
    private ModbusTables tables = new(0);
    private ModbusServer? server;
    private ITimer? timer;
    private ushort heartbeat;
    private volatile bool boxReady;

    public string Name => "modbus";

    public string? Fault
    {
        get
        {
            if (server is { Clients: 0 })
                return "no client is connected";
            lock (gate)
                return stations.FirstOrDefault(station => station.Handshake.Error != HandshakeError.None) is { } station
                    ? $"{station.Name}: handshake error {(int)station.Handshake.Error}"
                    : null;
        }
    }

    public int Pending
    {
        get
        {
            lock (gate)
            {
                Update();
                return stations.Count(station => station.Handshake.State == HandshakeState.ResultReady);
            }
        }
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address => server!.Address;

    public void Start(Line line) => Start([.. line.Stations.Select(station =>
    {
        Func<string?, TriggerOutcome> begin = station.Trigger;
        return (station.Name, station.Config.Trigger.Mode == TriggerMode.External, begin, (Func<string?>)(() => station.NotReady));
    })]);

    /// <summary>Begins with what it needs of the stations: name, whether parts begin with a trigger, how one is begun, and why one cannot be now.</summary>
    public void Start(IReadOnlyList<(string Name, bool External, Func<string?, TriggerOutcome> Begin, Func<string?> NotReady)> line)
    {
        tables = new ModbusTables(line.Count * ModbusStation.Size);
        stations = [.. line.Select((station, i) => new ModbusStation(station.Name, station.External, station.NotReady,
            new Handshake(station.Begin, (error, message) => Report(station.Name, error, message), Settle, TimeSpan.FromMilliseconds(config.AckTimeoutMs), context.Time),
            tables, i * ModbusStation.Size))];
        server = new ModbusServer(new IPEndPoint(IPAddress.Parse(config.Listen), config.Port), config.MaxClients, Answer, context.Telemetry, log);
        server.Start();
        timer = context.Time.CreateTimer(_ => Beat(), null, Heartbeat, Heartbeat);
        log.LogInformation("Modbus TCP on {Address}", Address);
    }

    public void Publish(PartResult result) => results.Enqueue(result);

    public void StateChanged(LineState state) => boxReady = state.Ready;

    /// <summary>Delivered is what the PLC has acknowledged. Without a client nobody can.</summary>
    public async Task Flush(CancellationToken deadline)
    {
        lock (gate)
            foreach (var station in stations)
                station.Handshake.Close();
        while (Pending > 0 && server is { Clients: > 0 } && !deadline.IsCancellationRequested)
            await Task.Delay(10, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        timer?.Dispose();
        if (server is not null)
            await server.DisposeAsync();
    }

    private int Answer(ReadOnlyMemory<byte> request, Memory<byte> reply)
    {
        lock (gate)
        {
            Update();
            var length = tables.Answer(request.Span, reply.Span);
            foreach (var station in stations)
                station.Read();
            return length;
        }
    }

    private void Beat()
    {
        lock (gate)
        {
            heartbeat++;
            Update();
        }
    }

    private void Update()
    {
        while (results.TryDequeue(out var result))
            if (stations.First(station => station.Name == result.Station).Take(result))
                Settle(true);
        foreach (var station in stations)
            station.Write(boxReady, heartbeat);
    }

    private void Settle(bool acknowledged) =>
        (acknowledged ? context.Telemetry.OutputDelivered : context.Telemetry.OutputDropped).Add(1, Name);

    private void Report(string station, HandshakeError error, string message)
    {
        errors.Add(1, station, ((int)error).ToString());
        // A trigger that never reached the station is refused all the same.
        if (error == HandshakeError.TriggerNotReady)
            context.Telemetry.TriggersRefused.Add(1, station);
        log.LogWarning("Station {Station}: {Message} (handshake error {Code})", station, message, (int)error);
    }
}
