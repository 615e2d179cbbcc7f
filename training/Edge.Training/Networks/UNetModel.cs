using Edge.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Edge.Training.Networks;

/// <summary>
/// A U-Net (Ronneberger et al., arXiv 1505.04597) of guided-diffusion's parts (Dhariwal and Nichol, arXiv 2105.05233): a residual block a level on either
/// side and one in the middle, a pixel-unshuffle stem, batch instead of group normalisation and no attention, so that what it says of a
/// place depends on the place's surroundings only: x[N, C, H, W] and t[N] to [N, C + 1, H, W], the predicted noise and, last, at t = 0, the log-odds that a pixel is spoiled.
/// H and W are multiples of <see cref="UNetOptions.SizeMultiple"/>. From stem to noise there is a way without any nonlinearity: with a ReLU
/// before the last convolution the network said nothing of the noise for the first 600 steps instead of 30. The log-odds have a hidden layer
/// of their own, since a straight way would let them follow the picture's brightness.
/// </summary>
internal sealed class UNetModel : Module<Tensor, Tensor, Tensor>
{
    public readonly TimestepEmbedding time_embed;
    public readonly Convolution input_conv;
    public readonly ModuleList<ResBlock> input_blocks;
    public readonly ModuleList<Downsample> downsamples;
    public readonly ResBlock middle_block;
    public readonly ModuleList<ResBlock> output_blocks;
    public readonly ModuleList<Upsample> upsamples;
    public readonly Convolution eps_conv;
    public readonly Convolution logit_hidden;
    public readonly ChannelNorm logit_norm;
    public readonly Convolution logit_conv;

    public UNetModel(UNetOptions options) : base(nameof(UNetModel))
    {
        options.Validate();
        Options = options;
        var (levels, block) = (options.Multipliers.Count, options.Unshuffle * options.Unshuffle);

        time_embed = new TimestepEmbedding(options);
        input_conv = new Convolution(options.Channels * block, options.Base);
        input_blocks = [];
        downsamples = [];
        output_blocks = [];
        upsamples = [];

        var channels = options.Base;
        for (var level = 0; level < levels; level++)
        {
            input_blocks.Add(new ResBlock(channels, options.ChannelsAt(level), options));
            channels = options.ChannelsAt(level);
            if (level < levels - 1)
                downsamples.Add(new Downsample(channels));
        }
        middle_block = new ResBlock(channels, channels, options);
        for (var level = levels - 2; level >= 0; level--)
        {
            upsamples.Add(new Upsample(channels, options.ChannelsAt(level)));
            channels = options.ChannelsAt(level);
            output_blocks.Add(new ResBlock(2 * channels, channels, options));
        }

        eps_conv = new Convolution(channels, options.Channels * block, zeroed: true);
        logit_hidden = new Convolution(channels, channels);
        logit_norm = new ChannelNorm(channels);
        logit_conv = new Convolution(channels, block, zeroed: true);
        RegisterComponents();
    }

    public UNetOptions Options { get; }

    /// <summary>What the convolutions compute in; weights, statistics and answers are in 32 bits whatever it is.</summary>
    public ScalarType Precision { get; init; } = ScalarType.Float32;

    public override Tensor forward(Tensor x, Tensor t)
    {
        var h = Activations(x, t)[^1];
        var hidden = functional.relu(logit_norm.call(logit_hidden.call(h)));
        var both = cat([eps_conv.call(h), logit_conv.call(hidden)], 1).to(ScalarType.Float32);
        return Options.Unshuffle == 1 ? both : functional.pixel_shuffle(both, Options.Unshuffle);
    }

    /// <summary>The last activation of every level, coarsest first: what features are compared on.</summary>
    public IReadOnlyList<Tensor> Activations(Tensor x, Tensor t)
    {
        var emb = time_embed.call(t);
        var h = input_conv.call((Options.Unshuffle == 1 ? x : functional.pixel_unshuffle(x, Options.Unshuffle)).to(Precision));
        var skips = new Stack<Tensor>();
        for (var level = 0; level < input_blocks.Count; level++)
        {
            h = input_blocks[level].call(h, emb);
            if (level == downsamples.Count)
                break;
            skips.Push(h);
            h = downsamples[level].call(h);
        }

        var activations = new List<Tensor> { middle_block.call(h, emb) };
        for (var i = 0; i < output_blocks.Count; i++)
            activations.Add(output_blocks[i].call(cat([upsamples[i].call(activations[^1]), skips.Pop()], 1), emb));
        return activations;
    }
}
