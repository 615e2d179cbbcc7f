using Edge.Training.Learning;
using Edge.Training.Networks;
using static TorchSharp.torch;

namespace Edge.Training.Tests.Learning;

public sealed class SchedulesTests
{
    [Theory]
    [InlineData(0, 0.0, 0.02)]
    [InlineData(49, 0.0, 1)]
    [InlineData(1000, 0.5, 0.5)]
    [InlineData(2000, 1.0, 0)]
    public void LearningRate_AtAStep_RisesThenFollowsTheCosine(long step, double progress, double expected) =>
        Assert.Equal(expected, LearningRateSchedule.At(1, step, progress), 1e-12);

    [Fact]
    public void MovingAverage_OfConstantWeights_ArrivesAtThem()
    {
        var options = new UNetOptions { Base = 16 };
        using TrainedNetworks model = new(options, options), mean = new(options, options);
        var average = new ExponentialMovingAverage(mean);
        var before = First(mean);

        average.Update(model, 1);

        // The first decay is 1 - 1/1.05.
        using var off = no_grad();
        Assert.All(before.Zip(First(model)).Zip(First(mean)), w => Assert.Equal(w.First.First + (w.First.Second - w.First.First) / 1.05, w.Second, 1e-6));
        for (var step = 2; step < 400; step++)
            average.Update(model, step);
        Assert.All(First(model).Zip(First(mean)), w => Assert.Equal(w.First, w.Second, 1e-5));
    }

    /// <summary>A weight of either network.</summary>
    private static float[] First(TrainedNetworks model) => [.. ((UNetModel[])[model.denoiser, model.defects]).Select(network => network.input_conv.weight.data<float>().ToArray()[0])];
}
