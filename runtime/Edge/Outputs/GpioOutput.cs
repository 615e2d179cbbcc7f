using Edge.Configuration;
using Edge.Service;

namespace Edge.Outputs;

/// <summary>Results on an output line.</summary>
internal sealed class GpioOutput(GpioConfig config, OutputContext context) : IOutput
{
    public string Name => nameof(GpioOutput);

    public string? Fault => null;

    public int Pending => 0;

    public void Start(Line line) => throw new NotImplementedException($"{config} {context}");

    public void Publish(InspectionResult result) => throw new NotImplementedException();

    public void StateChanged(LineState state) => throw new NotImplementedException();

    public Task Flush(CancellationToken deadline) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => default;
}
