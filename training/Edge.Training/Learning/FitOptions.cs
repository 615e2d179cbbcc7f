using Edge.Runtime;
using System.Text.Json.Serialization;
using Edge.Training.Networks;

namespace Edge.Training.Learning;

/// <summary>Everything that decides how a network is trained. It travels in the checkpoint, so that a resumed run goes on as it began;
/// only budget, steps, learning rate, precision and device may change then.</summary>
internal sealed record FitOptions
{
    private readonly UNetOptions defectNetwork = new() { Base = 48, Unshuffle = 4 };

    /// <summary>Architecture of the denoiser; its channels are set from the pictures.</summary>
    public UNetOptions Network { get; init; } = new();

    /// <summary>Architecture of the network that finds corruption. It sees whole shapes rather than grain, so blocks of four pixels a side do. It has the denoiser's channels.</summary>
    public UNetOptions DefectNetwork
    {
        get => defectNetwork with { Channels = Network.Channels };
        init => defectNetwork = value;
    }

    /// <summary>Sizes that both trained networks take are multiples of this; frozen features may ask for larger multiples.</summary>
    [JsonIgnore]
    public int SizeMultiple => Math.Max(Network.SizeMultiple, DefectNetwork.SizeMultiple);

    /// <summary>Time to train for; null when <see cref="Steps"/> decides. The learning rate follows the share of it that is used up.</summary>
    public TimeSpan? Budget { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>Optimiser steps to train for; null when <see cref="Budget"/> decides.</summary>
    public int? Steps { get; init; }

    /// <summary>Longer side, in pixels, that the median picture is scaled down to; all pictures are scaled by one factor. 0 keeps the pictures as they are.</summary>
    public int Size { get; init; } = 256;

    /// <summary>Bits of 16-bit pictures that the sensor fills, 8 to 16; 0 takes what each file says, or 16.</summary>
    public int Depth { get; init; }

    /// <summary>Side of the square crops, in pixels after scaling.</summary>
    public int Crop { get; init; } = 128;

    /// <summary>Crops a step.</summary>
    public int Batch { get; init; } = 12;

    /// <summary>So many of them are noised; the others teach what is spoiled.</summary>
    [JsonIgnore]
    public int Noised => Batch - Batch / 2;

    /// <summary>Timesteps are drawn from 1 .. TMax - 1; profiles read the denoiser in that range only.</summary>
    public int TMax { get; init; } = 300;

    /// <summary>Seed of everything drawn: split, initial weights, crops, flips, timesteps, noise.</summary>
    public ulong Seed { get; init; }

    /// <summary>Pictures kept from training to fit constants and to calibrate, 10 or more; null lets <c>PictureSplit</c> decide.</summary>
    public int? HoldOut { get; init; }

    /// <summary>Which pictures are held out together: alike, auto, none or a regular expression, see <c>PictureGroups</c>. By what they show by default and
    /// not by roll: with fifteen rolls, training on eight of them instead of parts of all cost more than the threshold gained.</summary>
    public string Groups { get; init; } = "alike";

    /// <summary>Whether crops are mirrored at random. Off where a mirrored part would be a defect.</summary>
    public bool Flip { get; init; } = true;

    /// <summary>Whether crops vary in brightness, contrast and, in colour, white balance as far as the pictures do: see <see cref="Data.PictureVariation"/>.</summary>
    public bool VaryExposure { get; init; } = true;

    /// <summary>Whether half of the crops without noise are turned and scaled as far as the pictures vary in it.</summary>
    public bool VaryGeometry { get; init; } = true;

    /// <summary>Highest learning rate of AdamW.</summary>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>Decoupled weight decay of AdamW.</summary>
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>What the convolutions compute in while training. bfloat16 takes half the time or less.</summary>
    public TrainingPrecision Precision { get; init; }

    /// <summary>"cpu" or "cuda"; not part of what a resumed run must repeat.</summary>
    [JsonIgnore]
    public string Device { get; init; } = "cpu";

    public void Validate()
    {
        Network.Validate();
        if (Crop < 4 * SizeMultiple || Crop % SizeMultiple != 0)
            throw new ArgumentException($"--crop {Crop} must be a multiple of {SizeMultiple} and at least {4 * SizeMultiple}.");
        if (TMax is < 10 or > 1000)
            throw new ArgumentException($"--t-max {TMax} is outside 10..1000.");
        if (Size != 0 && Size < Crop)
            throw new ArgumentException($"--size {Size} is smaller than --crop {Crop}; 0 keeps pictures as they are.");
        if (Depth is not (0 or (>= 8 and <= 16)))
            throw new ArgumentException($"--depth {Depth} is outside 8..16 bits.");
        if (Batch < 2)
            throw new ArgumentException($"--batch {Batch} must be at least 2: one crop to denoise, one to find what is spoiled in.");
        if (Steps is < 1 || Budget <= TimeSpan.Zero)
            throw new ArgumentException("--steps and --budget must be positive.");
        if (Device is not ("cpu" or "cuda"))
            throw new ArgumentException($"--device {Device} is not cpu or cuda.");
    }
}
