using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Edge.Training.Networks;

/// <summary>
/// guided-diffusion's residual block with scale-shift norm, its group normalisations replaced by <see cref="ChannelNorm"/>: norm, SiLU,
/// convolution, norm * (1 + scale) + shift with both from the timestep embedding, SiLU, a convolution that starts at zero, plus the input
/// through a 1x1 convolution where the channels differ.
/// </summary>
internal sealed class ResBlock : Module<Tensor, Tensor, Tensor>
{
    public readonly ChannelNorm in_norm;
    public readonly Conv2d in_conv;
    public readonly Linear emb_layer;
    public readonly ChannelNorm out_norm;
    public readonly Conv2d out_conv;
    public readonly Conv2d? skip_connection;

    public ResBlock(int inChannels, int outChannels, UNetOptions options) : base(nameof(ResBlock))
    {
        in_norm = new ChannelNorm(inChannels);
        in_conv = Conv2d(inChannels, outChannels, 3, 1, 1);
        emb_layer = Linear(options.EmbeddingChannels, 2 * outChannels);
        out_norm = new ChannelNorm(outChannels);
        out_conv = Layers.Zeroed(Conv2d(outChannels, outChannels, 3, 1, 1));
        skip_connection = inChannels == outChannels ? null : Conv2d(inChannels, outChannels, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, Tensor emb)
    {
        var h = in_conv.call(functional.silu(in_norm.call(x)));
        var scaleShift = emb_layer.call(functional.silu(emb)).unsqueeze(2).unsqueeze(3).chunk(2, 1);
        h = out_norm.call(h) * (scaleShift[0] + 1) + scaleShift[1];
        h = out_conv.call(functional.silu(h));
        return h + (skip_connection is null ? x : skip_connection.call(x));
    }
}
