using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Edge.Training.Networks;

/// <summary>Doubles height and width by repetition, then a 3x3 convolution.</summary>
internal sealed class Upsample : Module<Tensor, Tensor>
{
    public readonly Conv2d conv;

    public Upsample(int inChannels, int outChannels) : base(nameof(Upsample))
    {
        conv = Conv2d(inChannels, outChannels, 3, 1, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => Layers.Convolve(conv, functional.interpolate(x, scale_factor: [2, 2]));
}
