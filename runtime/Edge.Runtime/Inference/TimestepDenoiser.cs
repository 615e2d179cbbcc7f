using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Inference;

/// <summary>A denoiser made of networks for one timestep each, which it does not own. It knows no others.</summary>
internal sealed class TimestepDenoiser : IDenoiser
{
    private readonly Dictionary<int, OnnxDenoiser> networks;

    /// <param name="networks">One or more by timestep, of the same channels and sizes.</param>
    public TimestepDenoiser(Dictionary<int, OnnxDenoiser> networks)
    {
        this.networks = networks;
        var any = networks.Values.First();
        (Channels, SizeMultiple) = (any.Channels, any.SizeMultiple);
    }

    public int Channels { get; }

    public int SizeMultiple { get; }

    /// <exception cref="ArgumentException">A t has no network.</exception>
    public void Predict(ReadOnlySpan<float> x, ReadOnlySpan<float> t, PictureShape shape, Span<float> eps)
    {
        for (var n = 0; n < t.Length; n++)
        {
            if (!networks.TryGetValue((int)t[n], out var network))
                throw new ArgumentException($"no network for t = {t[n]}; there are {string.Join(", ", networks.Keys)}.", nameof(t));
            network.Predict(x.Slice(n * shape.Length, shape.Length), t.Slice(n, 1), shape, eps.Slice(n * shape.Length, shape.Length));
        }
    }
}
