using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Edge.Training.Networks;

/// <summary>
/// A residual block (He et al., arXiv 1512.03385): convolution, batch normalisation, where it knows time * (1 + scale) + shift with both from the timestep
/// embedding (as in guided-diffusion), ReLU, convolution, batch normalisation, plus the input through a 1x1 convolution where the channels differ, ReLU.
/// Once t is fixed all of it folds into two convolutions, a sum and two ReLUs, which is what eight bits want. A block with one ReLU less on either side
/// loses regular structure: docs/research-log.md.
/// </summary>
internal sealed class ResBlock : Module<Tensor, Tensor?, Tensor>
{
    public readonly Convolution in_conv;
    public readonly ChannelNorm in_norm;
    public readonly Linear? emb_layer;
    public readonly Convolution out_conv;
    public readonly ChannelNorm out_norm;
    public readonly Convolution? skip_connection;

    /// <param name="inChannels">Channels of the input.</param>
    /// <param name="outChannels">Channels of the output.</param>
    /// <param name="embeddingChannels">Width of the timestep embedding; 0 where the block knows no time.</param>
    public ResBlock(int inChannels, int outChannels, int embeddingChannels) : base(nameof(ResBlock))
    {
        in_conv = new Convolution(inChannels, outChannels);
        in_norm = new ChannelNorm(outChannels);
        emb_layer = embeddingChannels == 0 ? null : Linear(embeddingChannels, 2 * outChannels);
        out_conv = new Convolution(outChannels, outChannels);
        out_norm = new ChannelNorm(outChannels);
        skip_connection = inChannels == outChannels ? null : new Convolution(inChannels, outChannels, kernel: 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, Tensor? emb)
    {
        var h = in_norm.call(in_conv.call(x));
        if (emb_layer is not null)
        {
            var scaleShift = emb_layer.call(functional.silu(emb!)).to(x.dtype).unsqueeze(2).unsqueeze(3).chunk(2, 1);
            h = h * (scaleShift[0] + 1) + scaleShift[1];
        }
        h = out_norm.call(out_conv.call(functional.relu(h)));
        return functional.relu(h + (skip_connection is null ? x : skip_connection.call(x)));
    }
}
