using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Edge.Training.Networks;

/// <summary>Layers whose initial values are not the library's.</summary>
internal static class Layers
{
    /// <summary>A convolution that starts as zero, so that a residual branch starts as nothing.</summary>
    public static Conv2d Zeroed(Conv2d convolution)
    {
        init.zeros_(convolution.weight);
        init.zeros_(convolution.bias!);
        return convolution;
    }
}
