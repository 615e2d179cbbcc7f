using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Edge.Training.Networks;

/// <summary>
/// A convolution that pads to its input's size: x[N, in, H, W] to [N, out, H / stride, W / stride], in the precision of x. The weights stay in 32 bits
/// and are rounded at each call, as in mixed-precision training (Micikevicius et al., arXiv 1710.03740); bfloat16 has the exponents of 32 bits and needs
/// no scaling of the loss.
/// <para>It computes with the channels of a pixel side by side in memory. That is 1.1 to 1.5 times as fast, and it is what makes the gradients right: libtorch
/// 2.10 gives wrong gradients of the input for 3x3 convolutions in the other order, NaN at times, where the output channels are no multiple of the
/// vector width or the stride is 2. <see cref="Learning.GradientCheck"/> proves it before every training.</para>
/// </summary>
internal sealed class Convolution : Module<Tensor, Tensor>
{
    public readonly Parameter weight;
    public readonly Parameter bias;

    /// <param name="inChannels">Channels of the input.</param>
    /// <param name="outChannels">Channels of the output.</param>
    /// <param name="kernel">Side of the kernel: odd.</param>
    /// <param name="stride">Pixels of the input for one of the output.</param>
    /// <param name="zeroed">Begins with zeros, so that a new network's output is zero.</param>
    public Convolution(int inChannels, int outChannels, int kernel = 3, int stride = 1, bool zeroed = false) : base(nameof(Convolution))
    {
        Stride = stride;
        (weight, bias) = (new Parameter(zeros([outChannels, inChannels, kernel, kernel])), new Parameter(zeros([outChannels])));
        if (!zeroed)
        {
            // PyTorch's own beginning of a convolution.
            init.kaiming_uniform_(weight, Math.Sqrt(5));
            var bound = 1 / Math.Sqrt(inChannels * kernel * kernel);
            init.uniform_(bias, -bound, bound);
        }
        RegisterComponents();
    }

    /// <summary>Pixels of the input for one of the output.</summary>
    public long Stride { get; }

    public override Tensor forward(Tensor x)
    {
        var pad = weight.shape[2] / 2;
        return functional.conv2d(ChannelsLast(x), weight.to(x.dtype), bias.to(x.dtype), [Stride, Stride], [pad, pad]);
    }

    /// <summary>The same values [N, C, H, W], the channels of a pixel side by side in memory; x itself where they are.</summary>
    public static Tensor ChannelsLast(Tensor x) => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
}
