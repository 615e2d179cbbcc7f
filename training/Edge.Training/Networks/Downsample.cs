using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Edge.Training.Networks;

/// <summary>Halves height and width with a strided 3x3 convolution.</summary>
internal sealed class Downsample : Module<Tensor, Tensor>
{
    public readonly Convolution op;

    public Downsample(int channels) : base(nameof(Downsample))
    {
        op = new Convolution(channels, channels, stride: 2);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => op.call(x);
}
