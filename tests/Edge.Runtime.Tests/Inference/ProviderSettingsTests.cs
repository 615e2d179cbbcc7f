using Edge.Runtime.Inference;

namespace Edge.Runtime.Tests.Inference;

public class ProviderSettingsTests
{
    [Fact]
    public void Session_Default_DoesNotSpin() => Assert.Equal("0", ProviderSettings.Session(new InferenceOptions())["session.intra_op.allow_spinning"]);

    [Fact]
    public void Session_Spinning_Spins() => Assert.Equal("1", ProviderSettings.Session(new InferenceOptions { AllowSpinning = true })["session.intra_op.allow_spinning"]);

    [Fact]
    public void Session_Always_TellsWhatThisProcessorNeedsForEightBits()
    {
        // The same question put to Linux.
        var vnni = Machine.CpuFlags.Contains("avx512_vnni") && Machine.CpuFlags.Contains("avx512vl") || Machine.CpuFlags.Contains("avx_vnni");

        Assert.Equal(vnni ? "0" : "1", ProviderSettings.Session(new InferenceOptions())["session.x64quantprecision"]);
    }

    [Theory]
    [InlineData(7, 0x800, 0, 0, true, true, "0")]
    [InlineData(7, 0x800, 0, 0, false, true, "1")] // AVX-512 is there, and the system does not let programs use it.
    [InlineData(7, 0x400, 1, 0x10, true, true, "0")]
    [InlineData(7, 0x400, 1, 0x10, true, false, "1")]
    [InlineData(7, 0, 0, 0x10, true, true, "1")] // No subleaf 1: what is read there means nothing.
    [InlineData(7, 0x400, 1, 0x20, true, true, "1")]
    [InlineData(6, 0x800, 1, 0x10, true, true, "1")] // No leaf 7.
    public void QuantPrecision_WordsOfAProcessor_IsAskedForWithoutVnniAlone(int leaves, int ecx, int subleaves, int eax, bool avx512, bool avx2, string expected) =>
        Assert.Equal(expected, ProviderSettings.QuantPrecisionFor(Machine.VnniIn(leaves, (subleaves, 0, ecx, 0), (eax, 0, 0, 0), avx512, avx2)));

    [Fact]
    public void Cuda_Always_ChoosesConvolutionsWithoutARaceAndKeepsFullMantissas()
    {
        var settings = ProviderSettings.Cuda(new InferenceOptions { DeviceId = 2 });

        Assert.Equal("2", settings["device_id"]);
        Assert.Equal("HEURISTIC", settings["cudnn_conv_algo_search"]);
        Assert.Equal("0", settings["use_tf32"]);
        Assert.DoesNotContain("enable_cuda_graph", settings.Keys);
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
}
