using Edge.Onnx.Schema;
using Edge.Runtime.Inference;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Edge.Features;

/// <summary>A network in memory with one input, run on the CPU as a bundle's networks are.</summary>
internal sealed class NetworkRun : IDisposable
{
    private readonly InferenceSession session;
    private readonly RunOptions options = new();

    public NetworkRun(ModelProto model)
    {
        // Chooses and checks the native library before the first call into it.
        _ = OnnxRuntimeLibrary.Location;
        using var settings = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, IntraOpNumThreads = Environment.ProcessorCount };
        settings.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        settings.AddSessionConfigEntry(ProviderSettings.QuantPrecision.Name, ProviderSettings.QuantPrecision.Value);
        session = new InferenceSession(model.ToByteArray(), settings);
        var types = session.OutputMetadata;
        Outputs = [.. session.OutputNames.Where(name => types[name] is { IsTensor: true, ElementDataType: TensorElementType.Float })];
    }

    /// <summary>Names of the outputs of 32-bit floats, in the order <see cref="Run"/> gives their values. Others are not asked for.</summary>
    public IReadOnlyList<string> Outputs { get; }

    public float[][] Run(float[] values, params long[] dims) => [.. RunShaped(values, dims).Select(result => result.Values)];

    /// <summary>The same with the dimensions of each output.</summary>
    public (float[] Values, long[] Dims)[] RunShaped(float[] values, params long[] dims)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(values, dims);
        using var results = session.Run(options, [session.InputNames[0]], [input], Outputs);
        return [.. results.Select(result => (result.GetTensorDataAsSpan<float>().ToArray(), result.GetTensorTypeAndShape().Shape))];
    }

    public void Dispose()
    {
        session.Dispose();
        options.Dispose();
    }
}
