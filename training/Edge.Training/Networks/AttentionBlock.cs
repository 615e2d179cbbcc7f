using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Edge.Training.Networks;

/// <summary>guided-diffusion's self-attention over all positions of a picture, one head; its last convolution starts at zero.</summary>
internal sealed class AttentionBlock : Module<Tensor, Tensor>
{
    public readonly GroupNorm norm;
    public readonly Conv2d qkv;
    public readonly Conv2d proj_out;

    public AttentionBlock(int channels, UNetOptions options) : base(nameof(AttentionBlock))
    {
        norm = Layers.Norm(options.Groups, channels);
        qkv = Conv2d(channels, 3 * channels, 1);
        proj_out = Layers.Zeroed(Conv2d(channels, channels, 1));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        // [N, C, positions] to [N, positions, C], which is what attention reads.
        var parts = qkv.call(norm.call(x)).reshape(n, 3 * c, h * w).transpose(1, 2).chunk(3, 2);
        var attended = functional.scaled_dot_product_attention(parts[0], parts[1], parts[2]);
        return x + proj_out.call(attended.transpose(1, 2).reshape(n, c, h, w));
    }
}
