using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Edge.Training.Networks;

/// <summary>
/// A residual block made for one pass in eight bits: convolution, batch normalisation * (1 + scale) + shift with both from the timestep
/// embedding, ReLU, a convolution, plus the input through a 1x1 convolution where the channels differ. Nothing
/// stands between the stream and a convolution (as in EDSR, Lim et al., arXiv 1707.02921), so that once t is fixed a block is two convolutions,
/// the first with a ReLU, and a sum; guided-diffusion's block has five more passes over the activations.
/// </summary>
internal sealed class ResBlock : Module<Tensor, Tensor, Tensor>
{
    public readonly Convolution in_conv;
    public readonly ChannelNorm norm;
    public readonly Linear emb_layer;
    public readonly Convolution out_conv;
    public readonly Convolution? skip_connection;

    public ResBlock(int inChannels, int outChannels, UNetOptions options) : base(nameof(ResBlock))
    {
        in_conv = new Convolution(inChannels, outChannels);
        norm = new ChannelNorm(outChannels);
        emb_layer = Linear(options.EmbeddingChannels, 2 * outChannels);
        out_conv = new Convolution(outChannels, outChannels);
        skip_connection = inChannels == outChannels ? null : new Convolution(inChannels, outChannels, kernel: 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, Tensor emb)
    {
        var scaleShift = emb_layer.call(functional.silu(emb)).to(x.dtype).unsqueeze(2).unsqueeze(3).chunk(2, 1);
        var h = functional.relu(norm.call(in_conv.call(x)) * (scaleShift[0] + 1) + scaleShift[1]);
        return out_conv.call(h) + (skip_connection is null ? x : skip_connection.call(x));
    }
}
