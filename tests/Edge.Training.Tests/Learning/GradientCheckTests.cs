using Edge.Training.Learning;
using Edge.Training.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Edge.Training.Tests.Learning;

public sealed class GradientCheckTests
{
    private static readonly FitOptions Options = new() { Crop = 32 };

    /// <summary>Every channel count and unshuffle factor that <c>fit</c> offers: the denoiser's output layers have 1, 3, 4, 12, 16 and 48 channels.</summary>
    [Theory]
    [InlineData(1, 1, 48)]
    [InlineData(1, 2, 48)]
    [InlineData(1, 4, 48)]
    [InlineData(3, 1, 48)]
    [InlineData(3, 2, 48)]
    [InlineData(3, 4, 48)]
    [InlineData(1, 4, 8)]
    [InlineData(3, 2, 24)]
    public void Require_ShapesOfEveryOption_AreRight(int channels, int unshuffle, int width) =>
        GradientCheck.Require(Options with { Network = new UNetOptions { Channels = channels, Unshuffle = unshuffle, Base = width } }, ScalarType.Float32, CPU);

    [Fact]
    public void Require_Bf16_IsRight()
    {
        if (TrainingPrecisions.HasBf16)
            GradientCheck.Require(Options, ScalarType.BFloat16, CPU);
    }

    /// <summary>One weight of 576 that differs by a tenth stands for a library that computes wrongly.</summary>
    [Fact]
    public void Difference_GradientsThatAreWrong_IsLarge()
    {
        using var layer = new Convolution(16, 4);
        using var other = new Convolution(16, 4).to(ScalarType.Float64);
        using (no_grad())
        {
            layer.weight.fill_(1);
            other.weight.fill_(1);
            other.weight[2, 3, 1, 1] = 1.1;
        }

        Assert.InRange(GradientCheck.Difference(layer, other, [2, 16, 8, 8], ScalarType.Float32, CPU), 1e-3, double.PositiveInfinity);
    }
}
