using Edge.Runtime.Bundles;
using Edge.Runtime.Inference;
using Edge.Runtime.Inspection;
using Edge.Testing;

namespace Edge.Runtime.Tests.Inference;

public sealed class InferenceOptionsTests
{
    [Theory]
    [InlineData("auto", ExecutionProvider.Auto)]
    [InlineData("cpu", ExecutionProvider.Cpu)]
    [InlineData("CUDA", ExecutionProvider.Cuda)]
    [InlineData("tensorrt", ExecutionProvider.TensorRt)]
    public void ParseProvider_KnownName_IsIt(string name, ExecutionProvider expected) => Assert.Equal(expected, InferenceOptions.ParseProvider(name));

    [Fact]
    public void Open_OptionOutOfRange_NamesIt()
    {
        using var tiny = new TinyBundle();
        var network = Path.Combine(tiny.Folder, "eps.onnx");
        (InferenceOptions Options, string Name)[] bad =
        [
            (new() { IntraOpThreads = -1 }, "IntraOpThreads is -1"), (new() { DeviceId = -2 }, "DeviceId is -2"), (new() { Provider = (ExecutionProvider)9 }, "Provider 9"),
        ];
        foreach (var (options, name) in bad)
        {
            Assert.Contains(name, Assert.Throws<ArgumentException>(() => OnnxDenoiser.Open(network, options)).Message);
            Assert.Contains(name, Assert.Throws<ArgumentException>(() => Opened.Inspector(tiny.Folder, new ModelOptions { Inference = options })).Message);
            Assert.Contains(name, Assert.Throws<ArgumentException>(() => new Calibrator(tiny.Folder, Bundle.Load(tiny.Folder).Manifest.Network, new Preprocessing(), options)).Message);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    public void ParseProvider_OtherName_ListsTheKnown(string name) =>
        Assert.Contains("auto, cpu, cuda or tensorrt", Assert.Throws<DeviceException>(() => InferenceOptions.ParseProvider(name)).Message);
}
