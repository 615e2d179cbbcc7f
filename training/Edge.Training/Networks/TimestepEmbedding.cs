using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Edge.Training.Networks;

/// <summary>t[N] to an embedding [N, 4 base]: sinusoids (Vaswani et al. 2017), then two linear layers with SiLU between, as in guided-diffusion.</summary>
internal sealed class TimestepEmbedding : Module<Tensor, Tensor>
{
    private const double MaxPeriod = 10000;
    private readonly float[] frequencies;
    public readonly Linear linear_0;
    public readonly Linear linear_2;

    public TimestepEmbedding(UNetOptions options) : base(nameof(TimestepEmbedding))
    {
        frequencies = Frequencies(options.Base);
        linear_0 = Linear(options.Base, options.EmbeddingChannels);
        linear_2 = Linear(options.EmbeddingChannels, options.EmbeddingChannels);
        RegisterComponents();
    }

    /// <summary>The angular frequencies of the sinusoids, from 1 down towards 1/10000; half of <paramref name="channels"/> of them.</summary>
    public static float[] Frequencies(int channels)
    {
        var half = channels / 2;
        return [.. Enumerable.Range(0, half).Select(i => (float)Math.Exp(-Math.Log(MaxPeriod) * i / half))];
    }

    public override Tensor forward(Tensor t)
    {
        var angles = t.unsqueeze(1) * tensor(frequencies, [1, frequencies.Length]).to(t.device);
        var sinusoids = cat([angles.cos(), angles.sin()], 1);
        return linear_2.call(functional.silu(linear_0.call(sinusoids)));
    }
}
