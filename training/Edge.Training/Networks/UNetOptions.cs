namespace Edge.Training.Networks;

/// <summary>The architecture of a <see cref="UNetModel"/>; everything needed to build it again.</summary>
internal sealed record UNetOptions
{
    /// <summary>Channels of the pictures: 1 (grey) or 3 (RGB).</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Channels of the first level.</summary>
    public int Base { get; init; } = 32;

    /// <summary>Channels of each level as a multiple of <see cref="Base"/>; every level but the first halves height and width.</summary>
    public IReadOnlyList<int> Multipliers { get; init; } = [1, 2, 4];

    /// <summary>Factor of the pixel-unshuffle stem: blocks of this side become channels, 1 for none. Each doubling costs a quarter.</summary>
    public int Unshuffle { get; init; } = 2;

    /// <summary>Height and width of a picture must be multiples of this.</summary>
    public int SizeMultiple => Unshuffle << (Multipliers.Count - 1);

    /// <summary>Channels at a level, 0 being the finest.</summary>
    public int ChannelsAt(int level) => Base * Multipliers[level];

    /// <summary>Width of the timestep embedding after its two layers.</summary>
    public int EmbeddingChannels => 4 * Base;

    public void Validate()
    {
        if (Channels is not (1 or 3))
            throw new ArgumentException($"Channels is {Channels}; a picture has 1 or 3.");
        if (Base < 8 || Base % 8 != 0)
            throw new ArgumentException($"--base {Base} is not a multiple of 8, the width of a vector instruction; 16, 32 and 48 are good choices.");
        if (Unshuffle is not (1 or 2 or 4))
            throw new ArgumentException($"--unshuffle {Unshuffle} is not 1, 2 or 4.");
    }
}
