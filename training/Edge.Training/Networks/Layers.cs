using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Edge.Training.Networks;

/// <summary>What the network's layers have in common.</summary>
internal static class Layers
{
    /// <summary>A convolution that starts as zero, so that a residual branch starts as nothing.</summary>
    public static Conv2d Zeroed(Conv2d convolution)
    {
        init.zeros_(convolution.weight);
        init.zeros_(convolution.bias!);
        return convolution;
    }

    /// <summary>
    /// A convolution, as large as it was, in the precision of what it reads. The weights stay in 32 bits and are rounded at each call, as in mixed-precision
    /// training (Micikevicius et al., arXiv 1710.03740); bfloat16 has the exponents of 32 bits and needs no scaling of the loss.
    /// </summary>
    public static Tensor Convolve(Conv2d convolution, Tensor x, long stride = 1)
    {
        var pad = convolution.weight.shape[2] / 2;
        return functional.conv2d(x, convolution.weight.to(x.dtype), convolution.bias!.to(x.dtype), [stride, stride], [pad, pad]);
    }
}
