using Edge.Runtime.Inference;

namespace Edge.Runtime.Tests.Inference;

public class ProviderSettingsTests
{
    [Fact]
    public void Session_Default_DoesNotSpin() => Assert.Equal("0", ProviderSettings.Session(new InferenceOptions())["session.intra_op.allow_spinning"]);

    [Fact]
    public void Session_Spinning_Spins() => Assert.Equal("1", ProviderSettings.Session(new InferenceOptions { AllowSpinning = true })["session.intra_op.allow_spinning"]);

    [Theory]
    [InlineData(ExecutionProvider.Auto, "0")]
    [InlineData(ExecutionProvider.Cpu, "0")]
    [InlineData(ExecutionProvider.Cuda, "1")]
    [InlineData(ExecutionProvider.TensorRt, "1")]
    public void Session_GpuAskedFor_MayNotFallBackToTheCpu(ExecutionProvider provider, string expected) =>
        Assert.Equal(expected, ProviderSettings.Session(new InferenceOptions { Provider = provider })["session.disable_cpu_ep_fallback"]);

    [Theory]
    [InlineData("avx2 avx512bw avx512_vnni", "0")]
    [InlineData("avx2 avx_vnni", "0")]
    [InlineData("avx2 avx512bw", "1")]
    [InlineData("", "1")]
    public void QuantPrecision_FlagsOfAProcessor_IsAskedForWithoutVnniAlone(string flags, string expected) =>
        Assert.Equal(expected, ProviderSettings.QuantPrecisionFor(flags.Split(' ')));

    [Fact]
    public void Cuda_Always_ChoosesConvolutionsWithoutARaceAndKeepsFullMantissas()
    {
        var settings = ProviderSettings.Cuda(new InferenceOptions { DeviceId = 2 });

        Assert.Equal("2", settings["device_id"]);
        Assert.Equal("HEURISTIC", settings["cudnn_conv_algo_search"]);
        Assert.Equal("0", settings["use_tf32"]);
        Assert.Equal("0", settings["enable_cuda_graph"]);
    }

    [Fact]
    public void TensorRt_WithoutFolder_KeepsNothing() =>
        Assert.DoesNotContain(ProviderSettings.TensorRt(new InferenceOptions()).Keys, key => key.Contains("cache"));

    [Fact]
    public void TensorRt_WithFolder_KeepsEnginesAndTimingsThere()
    {
        var settings = ProviderSettings.TensorRt(new InferenceOptions { CacheFolder = "/state/engines", DeviceId = 1 });

        Assert.Equal("1", settings["device_id"]);
        Assert.Equal(("1", "1"), (settings["trt_engine_cache_enable"], settings["trt_timing_cache_enable"]));
        Assert.Equal(("/state/engines", "/state/engines"), (settings["trt_engine_cache_path"], settings["trt_timing_cache_path"]));
    }

    [Theory]
    [InlineData(false, "0")]
    [InlineData(true, "1")]
    public void TensorRt_HalfPrecision_IsAskedForOnlyWhenAskedFor(bool half, string expected) =>
        Assert.Equal(expected, ProviderSettings.TensorRt(new InferenceOptions { HalfPrecision = half })["trt_fp16_enable"]);

    [Fact]
    public void CudaAndTensorRt_CudaGraph_IsAskedForOfBoth()
    {
        var options = new InferenceOptions { CudaGraph = true };

        Assert.Equal(("1", "1"), (ProviderSettings.Cuda(options)["enable_cuda_graph"], ProviderSettings.TensorRt(options)["trt_cuda_graph_enable"]));
        Assert.Equal("0", ProviderSettings.TensorRt(new InferenceOptions())["trt_cuda_graph_enable"]);
    }
}
