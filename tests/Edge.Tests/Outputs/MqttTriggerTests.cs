using System.Diagnostics;
using System.Text.Json;
using Edge.Configuration;
using Edge.Outputs;
using Edge.Service;
using Edge.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Tests.Outputs;

/// <summary>Triggers from a real broker to the stations of a whole line, and the answers back.</summary>
public sealed class MqttTriggerTests : IDisposable
{
    private readonly TinyBundle tiny = new();
    private readonly Broker broker;
    private readonly string config;

    public MqttTriggerTests()
    {
        broker = new Broker(tiny.At("."));
        config = tiny.At("edge.yaml");
        File.WriteAllText(config, $$"""
            version: 1
            name: box1
            state: state
            stations:
              - { name: top, bundle: bundle, threads: 1, device: cpu, trigger: { mode: external, deadline_ms: 50 } }
              - { name: free, bundle: bundle, threads: 1, device: cpu }
            outputs:
              json_lines: { path: "-" }
              mqtt: { host: 127.0.0.1, port: {{broker.Port}} }
            web: { port: 0 }
            """);
    }

    public void Dispose()
    {
        broker.Dispose();
        tiny.Dispose();
    }

    [Fact]
    public async Task Trigger_ByMessage_GivesAResultWithThePartsId()
    {
        using var subscriber = new Subscriber(broker.Port);
        await using var line = Started();
        await Wait.Until(() => subscriber.Texts("edge/box1/status").Count > 0, "the connection");

        await subscriber.Publish("edge/box1/top/trigger", "{\"part_id\": \"P-17\"}"u8.ToArray());

        // A station without a camera cannot answer otherwise.
        await Wait.Until(() => subscriber.Texts("edge/box1/top/result").Count == 1, "the result");
        var row = JsonDocument.Parse(subscriber.Texts("edge/box1/top/result")[0]).RootElement;
        Assert.Equal(("P-17", "ng", "no_frame"), (row.GetProperty("part_id").GetString(), row.GetProperty("verdict").GetString(), row.GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task Trigger_Refused_IsAnsweredWithTheReasonAndCounted()
    {
        using var subscriber = new Subscriber(broker.Port);
        await subscriber.Publish("edge/box1/top/trigger", "of yesterday"u8.ToArray(), retain: true);
        await using var line = Started();
        await Wait.Until(() => subscriber.Texts("edge/box1/top/refused").Count == 1, "the answer to the retained one");

        await subscriber.Publish("edge/box1/top/trigger", new byte[2000]);
        await subscriber.Publish("edge/box1/top/trigger", [0xff, 0xff]);
        await subscriber.Publish("edge/box1/free/trigger", "P-1"u8.ToArray());
        await subscriber.Publish("edge/box1/nosuch/trigger", "P-2"u8.ToArray());

        await Wait.Until(() => subscriber.Texts("edge/box1/top/refused").Count == 3 && subscriber.Texts("edge/box1/free/refused").Count == 1
            && subscriber.Texts("edge/box1/nosuch/refused").Count == 1, "the answers");
        Assert.Contains("retained", subscriber.Texts("edge/box1/top/refused")[0]);
        Assert.Contains("1024 bytes", subscriber.Texts("edge/box1/top/refused")[1]);
        Assert.Contains("UTF-8", subscriber.Texts("edge/box1/top/refused")[2]);
        var answer = JsonDocument.Parse(subscriber.Texts("edge/box1/free/refused")[0]).RootElement;
        Assert.Equal("P-1", answer.GetProperty("part_id").GetString());
        Assert.Contains("free_run", answer.GetProperty("reason").GetString());
        var counted = line.Telemetry.TriggersRefused;
        Assert.Equal((3, 1, 1), (counted.Value("top"), counted.Value("free"), counted.Value("unknown")));
        Assert.Empty(subscriber.Texts("edge/box1/top/result"));
    }

    [Fact]
    public async Task Run_KilledByForce_HasWrittenItsLinesAndTheBrokerSaysOffline()
    {
        using var subscriber = new Subscriber(broker.Port);
        using var edge = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "edge.dll"), "run", "--config", config]) { RedirectStandardOutput = true })!;
        try
        {
            await Wait.Until(() => subscriber.Texts("edge/box1/status").Count == 1, "online");
            await subscriber.Publish("edge/box1/top/trigger", "P-17"u8.ToArray());
            using var limit = new CancellationTokenSource(TestOutputs.Limit);
            string? line;
            do
                line = await edge.StandardOutput.ReadLineAsync(limit.Token);
            while (line?.StartsWith('{') == false);

            Assert.Equal("P-17", JsonDocument.Parse(line!).RootElement.GetProperty("part_id").GetString());
            Assert.Equal(["online"], subscriber.Texts("edge/box1/status"));
            edge.Kill();
            await Wait.Until(() => subscriber.Texts("edge/box1/status").Count == 2, "the last will");
            Assert.Equal("offline", subscriber.Texts("edge/box1/status")[1]);
        }
        finally
        {
            edge.Kill();
            edge.WaitForExit();
        }
    }

    private Line Started()
    {
        var line = Line.Create(config, ConfigFile.Load(config), NullLoggerFactory.Instance);
        line.Start();
        return line;
    }
}
