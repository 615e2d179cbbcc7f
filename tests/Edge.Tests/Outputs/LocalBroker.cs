using System.Net;
using MQTTnet.Server;

namespace Edge.Tests.Outputs;

/// <summary>A broker in this process, for what Mosquitto cannot be told to do.</summary>
internal sealed class LocalBroker : IDisposable
{
    private readonly MqttServer server;

    private LocalBroker(MqttServer server) => this.server = server;

    public required int Port { get; init; }

    /// <param name="prepare">Hooks into it before anybody connects.</param>
    public static async Task<LocalBroker> Start(Action<MqttServer> prepare)
    {
        var port = Loopback.FreePort();
        var options = new MqttServerOptionsBuilder().WithDefaultEndpoint().WithDefaultEndpointBoundIPAddress(IPAddress.Loopback).WithDefaultEndpointPort(port);
        var server = new MqttServerFactory().CreateMqttServer(options.Build());
        prepare(server);
        await server.StartAsync();
        return new LocalBroker(server) { Port = port };
    }

    public void Dispose() => server.Dispose();
}
