using Edge.Training.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Edge.Training.Tests.Networks;

public sealed class UNetModelTests
{
    [Theory]
    [InlineData(1, 2, 1, true)]
    [InlineData(3, 1, 3, true)]
    [InlineData(1, 4, 1, false)]
    [InlineData(3, 2, 1, false)]
    public void Forward_NewNetwork_AnswersZeroInThePicturesSize(int channels, int unshuffle, int outputs, bool timed)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var model = new UNetModel(new UNetOptions { Channels = channels, Base = 16, Unshuffle = unshuffle }, outputs, timed);
        var (h, w) = (3 * model.Options.SizeMultiple, 5 * model.Options.SizeMultiple);

        var answer = model.call(tensor(Ramp(2 * channels * h * w), [2, channels, h, w]), timed ? tensor([3f, 250f], [2]) : null);

        Assert.Equal([2, outputs, h, w], answer.shape);
        // The last convolution starts at zero, so a new denoiser predicts no noise at all, and the other network even odds.
        Assert.All(answer.data<float>().ToArray(), v => Assert.Equal(0, v));
    }

    [Fact]
    public void ChannelNorm_Trained_IsAFixedScaleAndShift()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var norm = new ChannelNorm(1);
        // Mean 10 and deviation 2: many batches bring the statistics there, whatever a single batch then holds.
        var values = Enumerable.Range(0, 64).Select(i => i % 2 == 0 ? 8f : 12f).ToArray();
        for (var i = 0; i < 200; i++)
            norm.call(tensor(values, [1, 1, 8, 8]));
        norm.eval();

        var result = norm.call(tensor([.. Enumerable.Repeat(14f, 64)], [1, 1, 8, 8])).data<float>().ToArray();

        // The variance is estimated with n - 1: 4 * 64 / 63.
        Assert.All(result, v => Assert.Equal(4 / Math.Sqrt(4 * 64 / 63.0), v, 1e-3));
    }

    [Fact]
    public void Frequencies_OfThirtyTwoChannels_FallGeometricallyFromOne()
    {
        var frequencies = TimestepEmbedding.Frequencies(32);

        Assert.Equal(16, frequencies.Length);
        Assert.Equal(1, frequencies[0]);
        for (var i = 0; i < 16; i++)
            Assert.Equal(Math.Pow(10000, -i / 16.0), frequencies[i], 1e-6);
    }

    [Fact]
    public void Parameters_OfANewNetwork_AreAllNumbers()
    {
        using var model = new UNetModel(new UNetOptions(), outputs: 1, timed: true);

        Assert.All(model.named_parameters(), p => Assert.DoesNotContain(p.parameter.data<float>().ToArray(), float.IsNaN));
    }

    [Theory]
    [InlineData(20, 2, 1)]
    [InlineData(32, 3, 1)]
    [InlineData(32, 2, 2)]
    public void Validate_ImpossibleNetwork_IsRefused(int width, int unshuffle, int channels) =>
        Assert.Throws<ArgumentException>(() => new UNetOptions { Base = width, Unshuffle = unshuffle, Channels = channels }.Validate());

    private static float[] Ramp(int count) => [.. Enumerable.Range(0, count).Select(i => MathF.Sin(i * 0.37f))];
}
