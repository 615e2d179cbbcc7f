using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Edge.Training.Networks;

/// <summary>Doubles height and width by repetition, then a 3x3 convolution.</summary>
internal sealed class Upsample : Module<Tensor, Tensor>
{
    public readonly Convolution conv;

    public Upsample(int inChannels, int outChannels) : base(nameof(Upsample))
    {
        conv = new Convolution(inChannels, outChannels);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => conv.call(functional.interpolate(x, scale_factor: [2, 2]));
}
