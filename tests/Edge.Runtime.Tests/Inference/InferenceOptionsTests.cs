using Edge.Runtime.Inference;

namespace Edge.Runtime.Tests.Inference;

public sealed class InferenceOptionsTests
{
    [Theory]
    [InlineData("auto", ExecutionProvider.Auto)]
    [InlineData("cpu", ExecutionProvider.Cpu)]
    [InlineData("CUDA", ExecutionProvider.Cuda)]
    [InlineData("tensorrt", ExecutionProvider.TensorRt)]
    public void ParseProvider_KnownName_IsIt(string name, ExecutionProvider expected) => Assert.Equal(expected, InferenceOptions.ParseProvider(name));

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    public void ParseProvider_OtherName_ListsTheKnown(string name) =>
        Assert.Contains("auto, cpu, cuda or tensorrt", Assert.Throws<DeviceException>(() => InferenceOptions.ParseProvider(name)).Message);
}
