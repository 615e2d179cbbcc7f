using Edge.Configuration;
using Edge.Service;

namespace Edge.Outputs;

/// <summary>Results to an HTTP address.</summary>
internal sealed class WebhookOutput(WebhookConfig config, OutputContext context) : IOutput
{
    public string Name => nameof(WebhookOutput);

    public string? Fault => null;

    public int Pending => 0;

    public void Start(Line line) => throw new NotImplementedException($"{config} {context}");

    public void Publish(InspectionResult result) => throw new NotImplementedException();

    public void StateChanged(LineState state) => throw new NotImplementedException();

    public Task Flush(CancellationToken deadline) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => default;
}
