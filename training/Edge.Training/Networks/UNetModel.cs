using Edge.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Edge.Training.Networks;

/// <summary>
/// A U-Net (Ronneberger et al., arXiv 1505.04597): a residual block a level on either side and one in the middle, a pixel-unshuffle stem, batch instead of
/// group normalisation and no attention, so that what it says of a place depends on the place's surroundings only:
/// x[N, C, H, W] and, where it knows time, t[N] to [N, outputs, H, W]. H and W are multiples of <see cref="UNetOptions.SizeMultiple"/>.
/// </summary>
internal sealed class UNetModel : Module<Tensor, Tensor?, Tensor>
{
    public readonly TimestepEmbedding? time_embed;
    public readonly Convolution input_conv;
    public readonly ModuleList<ResBlock> input_blocks;
    public readonly ModuleList<Downsample> downsamples;
    public readonly ResBlock middle_block;
    public readonly ModuleList<ResBlock> output_blocks;
    public readonly ModuleList<Upsample> upsamples;
    public readonly Convolution output_conv;

    /// <param name="options">The architecture.</param>
    /// <param name="outputs">Channels of the answer.</param>
    /// <param name="timed">Whether it is told a timestep.</param>
    public UNetModel(UNetOptions options, int outputs, bool timed) : base(nameof(UNetModel))
    {
        options.Validate();
        Options = options;
        var (levels, block, embedding) = (options.Multipliers.Count, options.Unshuffle * options.Unshuffle, timed ? options.EmbeddingChannels : 0);

        time_embed = timed ? new TimestepEmbedding(options) : null;
        input_conv = new Convolution(options.Channels * block, options.Base);
        input_blocks = [];
        downsamples = [];
        output_blocks = [];
        upsamples = [];

        var channels = options.Base;
        for (var level = 0; level < levels; level++)
        {
            input_blocks.Add(new ResBlock(channels, options.ChannelsAt(level), embedding));
            channels = options.ChannelsAt(level);
            if (level < levels - 1)
                downsamples.Add(new Downsample(channels));
        }
        middle_block = new ResBlock(channels, channels, embedding);
        for (var level = levels - 2; level >= 0; level--)
        {
            upsamples.Add(new Upsample(channels, options.ChannelsAt(level)));
            channels = options.ChannelsAt(level);
            output_blocks.Add(new ResBlock(2 * channels, channels, embedding));
        }
        output_conv = new Convolution(channels, outputs * block, zeroed: true);
        RegisterComponents();
    }

    public UNetOptions Options { get; }

    /// <summary>What the convolutions compute in; weights, statistics and answers are in 32 bits whatever it is.</summary>
    public ScalarType Precision { get; init; } = ScalarType.Float32;

    public override Tensor forward(Tensor x, Tensor? t)
    {
        var answer = output_conv.call(Body(x, t)).to(ScalarType.Float32);
        return Options.Unshuffle == 1 ? answer : functional.pixel_shuffle(answer, Options.Unshuffle);
    }

    private Tensor Body(Tensor x, Tensor? t)
    {
        var emb = time_embed?.call(t!);
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

        h = middle_block.call(h, emb);
        for (var i = 0; i < output_blocks.Count; i++)
            h = output_blocks[i].call(cat([upsamples[i].call(h), skips.Pop()], 1), emb);
        return h;
    }
}
