using Edge.Runtime;
using Edge.Training.Networks;
using static TorchSharp.torch;

namespace Edge.Training.Learning;

/// <summary>The moving average of a network's weights, itself a network. Its horizon is a fixed share of the training, so that short runs are averaged too.</summary>
internal sealed class ExponentialMovingAverage(TrainedNetworks average)
{
    /// <summary>Share of the steps so far that the average looks back over. Young weights are forgotten while the network still moves fast.</summary>
    private const double Horizon = 0.05;

    public TrainedNetworks Model => average;

    /// <summary>Blends the weights in after step number <paramref name="step"/> (1, 2, ...).</summary>
    public void Update(TrainedNetworks model, long step)
    {
        var decay = 1 - 1 / (1 + Horizon * step);
        using var off = no_grad();
        foreach (var (mean, value) in average.parameters().Zip(model.parameters()))
            mean.mul_(decay).add_(value, 1 - decay);
    }
}
