namespace Edge.Runtime.Diffusion;

/// <summary>
/// Working memory of <see cref="TScales"/> and <see cref="ConditionedSampler"/>. It grows to the largest job seen and is then reused, so a
/// steady state allocates nothing. For one thread at a time. Of one picture nothing reaches the next but the noise, which depends on none.
/// </summary>
internal sealed class DiffusionScratch
{
    private float[] _x = [], _eps = [], _second = [], _other = [], _t = [], _row = [];
    private readonly Dictionary<ulong, float[]> _noise = [];
    private ulong _seed;
    private GaussianFilter? _blur;

    internal Span<float> X(int length) => Take(ref _x, length);

    internal Span<float> Eps(int length) => Take(ref _eps, length);

    internal Span<float> Second(int length) => Take(ref _second, length);

    internal Span<float> Other(int length) => Take(ref _other, length);

    internal Span<float> T(int length) => Take(ref _t, length);

    internal Span<float> Row(int length) => Take(ref _row, length);

    /// <summary>The first values of a stream of <see cref="PhiloxNoise"/>. The same for every picture, so drawn once and kept.</summary>
    internal ReadOnlySpan<float> Noise(ulong seed, ulong stream, int length)
    {
        if (seed != _seed)
            _noise.Clear();
        _seed = seed;
        if (!_noise.TryGetValue(stream, out var noise) || noise.Length < length)
        {
            _noise[stream] = noise = new float[length];
            PhiloxNoise.Fill(noise, seed, stream);
        }
        return noise.AsSpan(0, length);
    }

    /// <summary>The filter asked for last is kept.</summary>
    internal GaussianFilter Blur(double sigma, int radius) =>
        _blur?.Sigma == sigma && _blur.Radius == radius ? _blur : _blur = new GaussianFilter(sigma, radius);

    /// <summary>Memory of so many values, made anew only where there is less.</summary>
    internal static Span<float> Take(ref float[] memory, int length)
    {
        if (memory.Length < length)
            memory = GC.AllocateUninitializedArray<float>(length);
        return memory.AsSpan(0, length);
    }
}
