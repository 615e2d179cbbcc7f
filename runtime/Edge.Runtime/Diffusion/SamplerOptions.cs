namespace Edge.Runtime.Diffusion;

/// <summary>
/// How <see cref="ConditionedSampler"/> reconstructs a picture. The defaults are DDAD's (arXiv 2305.15956) save eta, which is 0 here so that
/// nothing random enters after the start. ConditionWeight means something only together with Eta, Skip and StartT.
/// </summary>
internal sealed record SamplerOptions
{
    /// <summary>T': the indices Skip * k below it are denoised, from the largest to 0. 1 or more, less than the schedule's length.</summary>
    public int StartT { get; init; } = 250;

    /// <summary>Distance between two indices that are denoised, 1 or more.</summary>
    public int Skip { get; init; } = 25;

    /// <summary>Share of fresh noise in each step, 0 (DDIM) to 1 (DDPM).</summary>
    public double Eta { get; init; }

    /// <summary>w: how hard each step is drawn towards the input, 0 or more.</summary>
    public double ConditionWeight { get; init; }

    /// <summary>
    /// True: noise to index StartT and denoise from the next index below as if the picture were there already, as DDAD does.
    /// False: noise to the index that is denoised first.
    /// </summary>
    public bool Compatible { get; init; }

    /// <summary>
    /// True: start from sqrt(abar) x0, without noise. Good pixels then come back as they were, where noise would be redrawn; the same difference as
    /// between noiseless and noised T scales (<see cref="TScaleMode"/>).
    /// </summary>
    public bool Noiseless { get; init; }

    /// <summary>s: weight of the blur guidance (Hong et al., arXiv 2210.00939, without its mask), 0 or more; 0 costs nothing.</summary>
    public double GuidanceWeight { get; init; }

    /// <summary>Guide only this many steps, the last ones; 0 guides all. Each guided step costs a second evaluation.</summary>
    public int GuidanceLastSteps { get; init; }

    /// <summary>Standard deviation of the guidance's blur, in pixels; 9 suits 256 x 256, 3 suits 128 x 128.</summary>
    public double BlurSigma { get; init; } = 9;

    /// <summary>Width of the blur's kernel in pixels, odd.</summary>
    public int BlurKernel { get; init; } = 31;

    /// <summary>How many indices are denoised; 0 where StartT or Skip is outside its range.</summary>
    public int Steps => StartT >= 1 && Skip >= 1 ? (StartT - 1) / Skip + 1 : 0;

    /// <summary>How many times the network is evaluated for one picture.</summary>
    public int Evaluations => Steps + (GuidanceWeight == 0 ? 0 : GuidanceLastSteps == 0 ? Steps : Math.Min(GuidanceLastSteps, Steps));

    /// <summary>Checks every option against its range.</summary>
    /// <exception cref="ArgumentException">An option is outside its range; the message names it as a bundle spells it.</exception>
    public void Validate(NoiseSchedule schedule)
    {
        if (Problem(schedule.NumTrainTimesteps) is { } problem)
            throw new ArgumentException($"sampler: {problem}");
    }

    /// <summary>The first option that is outside its range and what it must be, such as "skip 0 must be 1 or more"; null where all are.</summary>
    /// <param name="timesteps">Length of the schedule.</param>
    internal string? Problem(int timesteps) =>
        Unless(StartT >= 1 && StartT < timesteps, "start_t", StartT, "lie inside the schedule, above 0")
        ?? Unless(Skip >= 1, "skip", Skip, "be 1 or more")
        ?? Unless(Eta is >= 0 and <= 1, "eta", Eta, "lie in 0..1")
        ?? Unless(ConditionWeight >= 0 && double.IsFinite(ConditionWeight), "condition_weight", ConditionWeight, "be 0 or more")
        ?? Unless(GuidanceWeight >= 0 && double.IsFinite(GuidanceWeight), "guidance_weight", GuidanceWeight, "be 0 or more")
        ?? Unless(GuidanceLastSteps >= 0, "guidance_last_steps", GuidanceLastSteps, "be 0 (all) or more")
        ?? Unless(BlurSigma > 0 && double.IsFinite(BlurSigma), "blur_sigma", BlurSigma, "be above 0")
        ?? Unless(BlurKernel % 2 == 1 && BlurKernel is >= 1 and <= 2 * GaussianFilter.MaxRadius + 1, "blur_kernel", BlurKernel,
            "be odd and at most 1025");

    private static string? Unless(bool holds, string name, double value, string must) => holds ? null : $"{name} {value} must {must}";
}
