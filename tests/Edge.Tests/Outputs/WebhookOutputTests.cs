using System.Security.Cryptography;
using System.Text;
using Edge.Configuration;
using Edge.Outputs;
using Edge.Service;
using Edge.Testing;

namespace Edge.Tests.Outputs;

public sealed class WebhookOutputTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Telemetry telemetry = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Publish_WithSecret_IsSigned()
    {
        await using var receiver = Answering(200);
        var secret = Path.Combine(folder.Path, "secret");
        File.WriteAllText(secret, "what nobody knows\n");
        await using var output = Started(new() { Url = receiver.Url, SecretFile = secret });

        output.Publish(TestOutputs.Result(17));
        await TestOutputs.Flushed(output);

        var request = Assert.Single(receiver.Requests);
        Assert.Equal("POST", request.Method);
        Assert.Equal("application/json", request.Headers["Content-Type"]);
        Assert.Equal("box1/17", request.Headers["X-Edge-Id"]);
        var timestamp = request.Headers["X-Edge-Timestamp"];
        Assert.InRange(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - long.Parse(timestamp), 0, 30);
        var signed = $"{timestamp}.{Encoding.UTF8.GetString(request.Body)}";
        var hash = HMACSHA256.HashData("what nobody knows"u8.ToArray(), Encoding.UTF8.GetBytes(signed));
        Assert.Equal("sha256=" + Convert.ToHexString(hash).ToLowerInvariant(), request.Headers["X-Edge-Signature"]);
    }

    [Fact]
    public async Task Publish_OnlyNg_SendsNoOther()
    {
        await using var receiver = Answering(200);
        await using var output = Started(new() { Url = receiver.Url, Only = WebhookFilter.Ng });

        output.Publish(TestOutputs.Result(1));
        output.Publish(TestOutputs.Result(2, ResultVerdict.Ng));
        await TestOutputs.Flushed(output);

        Assert.Equal([2], receiver.Ids);
        Assert.False(receiver.Requests.Single().Headers.ContainsKey("X-Edge-Signature"));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(408)]
    [InlineData(429)]
    public async Task Publish_RefusedForNow_IsTriedAgainInOrder(int status)
    {
        await using var receiver = Answering(status, 200);
        await using var output = Started(new() { Url = receiver.Url });

        output.Publish(TestOutputs.Result(1));
        output.Publish(TestOutputs.Result(2));
        await TestOutputs.Flushed(output);

        Assert.Equal([1, 1, 2], receiver.Ids);
        Assert.Equal((2, 0, null), (telemetry.OutputDelivered.Value("webhook"), telemetry.OutputDropped.Value("webhook"), output.Fault));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(302)]
    public async Task Publish_RefusedForGood_IsDroppedAndCounted(int status)
    {
        await using var receiver = new Receiver((n, context) =>
        {
            context.Response.Headers.Location = "/elsewhere";
            return Task.FromResult(n == 0 ? status : 200);
        });
        await using var output = Started(new() { Url = receiver.Url });

        output.Publish(TestOutputs.Result(1));
        output.Publish(TestOutputs.Result(2));
        await TestOutputs.Flushed(output);

        Assert.Equal([1, 2], receiver.Ids);
        Assert.Equal((1, 1), (telemetry.OutputDelivered.Value("webhook"), telemetry.OutputDropped.Value("webhook")));
    }

    [Fact]
    public async Task Publish_RetryAfter_LeavesItAlone()
    {
        await using var receiver = new Receiver((n, context) =>
        {
            context.Response.Headers.RetryAfter = "2";
            return Task.FromResult(n == 0 ? 429 : 200);
        });
        await using var output = Started(new() { Url = receiver.Url });

        output.Publish(TestOutputs.Result(1));
        await Wait.Until(() => output.Fault is not null, "a fault");
        Assert.Contains("429", output.Fault);
        Assert.DoesNotContain("secret", output.Fault);
        await TestOutputs.Flushed(output);

        var times = receiver.Requests.Select(request => request.Milliseconds).ToList();
        Assert.InRange(times[1] - times[0], 1900, 20_000);
    }

    [Fact]
    public async Task Publish_NoAnswer_IsGivenUpInTimeAndTriedAgain()
    {
        await using var receiver = new Receiver(async (n, context) =>
        {
            if (n == 0)
                await Task.Delay(TestOutputs.Limit, context.RequestAborted);
            return 200;
        });
        await using var output = Started(new() { Url = receiver.Url, TimeoutSeconds = 0.3 });

        output.Publish(TestOutputs.Result(1));
        await Wait.Until(() => output.Fault is not null, "a fault");
        Assert.Contains("no answer within 0.3 s", output.Fault);
        await TestOutputs.Flushed(output);
        Assert.Equal(1, Assert.Single(receiver.Ids.Distinct()));
    }

    [Fact]
    public async Task Publish_NobodyThere_KeepsTheNewestAndCountsTheOthers()
    {
        var port = Loopback.FreePort();
        await using var output = Started(new() { Url = $"http://127.0.0.1:{port}/", Buffer = 5 });
        output.Publish(TestOutputs.Result(1));
        await Wait.Until(() => output.Fault is not null, "a fault");

        for (var id = 2; id <= 20; id++)
            output.Publish(TestOutputs.Result(id));

        // The first is in hand, five wait.
        Assert.Equal((14, 6), (telemetry.OutputDropped.Value("webhook"), output.Pending));
        await using var receiver = new Receiver((_, _) => Task.FromResult(200), port);
        await TestOutputs.Flushed(output);
        Assert.Equal([1, 16, 17, 18, 19, 20], receiver.Ids);
        Assert.Equal((14, 6, null), (telemetry.OutputDropped.Value("webhook"), telemetry.OutputDelivered.Value("webhook"), output.Fault));
    }

    [Fact]
    public async Task Flush_NobodyThere_EndsWhenTimeIsUp()
    {
        await using var output = Started(new() { Url = $"http://127.0.0.1:{Loopback.FreePort()}/" });
        output.Publish(TestOutputs.Result(1));

        using var deadline = new CancellationTokenSource(200);
        await output.Flush(deadline.Token).WaitAsync(TestOutputs.Limit);

        Assert.Equal(1, output.Pending);
    }

    [Fact]
    public void Create_SecretThatIsNotThere_IsRefused() => Assert.Contains("outputs.webhooks.secret_file", Assert.Throws<ConfigException>(
        () => new WebhookOutput(new() { Url = "http://127.0.0.1/", SecretFile = Path.Combine(folder.Path, "nosuch") }, "webhook", TestOutputs.Context())).Message);

    [Fact]
    public void Create_SeveralOfAKind_HaveNamesOfTheirOwn()
    {
        OutputsConfig config = new()
        {
            Webhooks = [new() { Url = "http://a/x" }, new() { Url = "http://b/" }, new() { Url = "http://a/y" }],
            Gpio = [new() { Chip = "gpiochip0", Line = 3 }],
        };

        Assert.Equal(["webhook:a", "webhook:b", "webhook:a:2", "gpio"], OutputFactory.Create(config, TestOutputs.Context()).Select(output => output.Name));
    }

    /// <summary>Gives the statuses in turn, and the last one ever after.</summary>
    private static Receiver Answering(params int[] statuses) => new((n, _) => Task.FromResult(statuses[Math.Min(n, statuses.Length - 1)]));

    private WebhookOutput Started(WebhookConfig config)
    {
        var output = new WebhookOutput(config, "webhook", TestOutputs.Context(telemetry));
        output.Start(null!);
        return output;
    }
}
