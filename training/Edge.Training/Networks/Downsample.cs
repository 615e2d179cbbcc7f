using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Edge.Training.Networks;

/// <summary>Halves height and width with a strided 3x3 convolution.</summary>
internal sealed class Downsample : Module<Tensor, Tensor>
{
    public readonly Conv2d op;

    public Downsample(int channels) : base(nameof(Downsample))
    {
        op = Conv2d(channels, channels, 3, 2, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => Layers.Convolve(op, x, stride: 2);
}
