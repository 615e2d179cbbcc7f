using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Edge.Outputs;
using Edge.Runtime;

namespace Edge.Tests.Outputs;

/// <summary>Another client of the broker: hears everything from the moment it was made, and can speak.</summary>
internal sealed class Subscriber : IDisposable
{
    private readonly MosquittoClient client;
    private readonly Task work;
    private volatile bool stopping;

    public Subscriber(int port)
    {
        var id = $"test-{Guid.NewGuid():N}";
        client = new MosquittoClient(id)
        {
            Connected = () =>
            {
                client!.Subscribe("#", 1);
                client.Publish($"heard/{id}", [], 0, false);
            },
            Received = (topic, payload, retained) => Messages.Enqueue((topic, Encoding.UTF8.GetString(payload), retained)),
        };
        client.Connect("127.0.0.1", port, 60);
        work = Task.Factory.StartNew(Work, TaskCreationOptions.LongRunning);
        // Its own message comes back once the broker has taken the subscription.
        Wait.Until(() => Messages.Any(message => message.Topic == $"heard/{id}"), "the subscription").GetAwaiter().GetResult();
    }

    public ConcurrentQueue<(string Topic, string Text, bool Retained)> Messages { get; } = new();

    public void Publish(string topic, ReadOnlySpan<byte> payload, bool retain = false) => client.Publish(topic, payload, 1, retain);

    public IReadOnlyList<string> Texts(string topic) => [.. Messages.Where(message => message.Topic == topic).Select(message => message.Text)];

    /// <summary>Numbers of the inspections whose results came, in order.</summary>
    public IReadOnlyList<long> Ids(string topic) => [.. Texts(topic).Select(text => JsonDocument.Parse(text).RootElement.GetProperty("id").GetInt64())];

    public void Dispose()
    {
        stopping = true;
        work.Wait(TestOutputs.Limit);
        client.Dispose();
    }

    private void Work()
    {
        try
        {
            while (!stopping)
                client.Loop(TimeSpan.FromMilliseconds(50));
        }
        catch (DeviceException)
        {
            // The broker is gone; so is this client.
        }
    }
}
