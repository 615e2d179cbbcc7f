using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using MQTTnet;
using MQTTnet.Protocol;

namespace Edge.Tests.Outputs;

/// <summary>Another client of the broker: hears everything from the moment it was made, and can speak.</summary>
internal sealed class Subscriber : IDisposable
{
    private readonly IMqttClient client = new MqttClientFactory().CreateMqttClient();

    public Subscriber(int port)
    {
        client.ApplicationMessageReceivedAsync += e =>
        {
            var message = e.ApplicationMessage;
            Messages.Enqueue((message.Topic, Encoding.UTF8.GetString(message.Payload), message.Retain));
            return Task.CompletedTask;
        };
        Connect(port).GetAwaiter().GetResult();
    }

    public ConcurrentQueue<(string Topic, string Text, bool Retained)> Messages { get; } = new();

    public Task Publish(string topic, byte[] payload, bool retain = false) => client.PublishAsync(new MqttApplicationMessage
    {
        Topic = topic, Payload = new ReadOnlySequence<byte>(payload), QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce, Retain = retain,
    });

    public IReadOnlyList<string> Texts(string topic) => [.. Messages.Where(message => message.Topic == topic).Select(message => message.Text)];

    /// <summary>Numbers of the inspections whose results came, in order.</summary>
    public IReadOnlyList<long> Ids(string topic) => [.. Texts(topic).Select(text => JsonDocument.Parse(text).RootElement.GetProperty("id").GetInt64())];

    public void Dispose() => client.Dispose();

    private async Task Connect(int port)
    {
        await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).Build());
        await client.SubscribeAsync("#", MqttQualityOfServiceLevel.AtLeastOnce);
    }
}
