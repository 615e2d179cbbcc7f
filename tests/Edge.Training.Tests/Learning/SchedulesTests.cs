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
        using var model = new UNetModel(new UNetOptions { Base = 16 });
        using var mean = new UNetModel(new UNetOptions { Base = 16 });
        var average = new ExponentialMovingAverage(mean);
        var before = First(mean);

        average.Update(model, 1);

        // The first decay is 1 - 1/1.05.
        using var off = no_grad();
        Assert.Equal(before + (First(model) - before) / 1.05, First(mean), 1e-6);
        for (var step = 2; step < 400; step++)
            average.Update(model, step);
        Assert.Equal(First(model), First(mean), 1e-5);
    }

    private static float First(UNetModel model) => model.input_conv.weight.data<float>().ToArray()[0];
}
