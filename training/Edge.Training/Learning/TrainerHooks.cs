namespace Edge.Training.Learning;

/// <summary>What a test can put in a training's way, and how patient the training is.</summary>
internal sealed record TrainerHooks
{
    /// <summary>Step number and loss before the step; gives the loss that is seen.</summary>
    public Func<long, float, float> Loss { get; init; } = (_, loss) => loss;

    /// <summary>Step number and norm of the gradient; gives the norm that is seen.</summary>
    public Func<long, double, double> GradientNorm { get; init; } = (_, norm) => norm;

    /// <summary>Step number and loss on held-out pictures; gives the loss that is seen.</summary>
    public Func<long, float, float> HeldOutLoss { get; init; } = (_, loss) => loss;

    /// <summary>Called before a checkpoint is written.</summary>
    public Action<string> Saving { get; init; } = _ => { };

    /// <summary>Time between two checkpoints.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a training that is done tries to save its last checkpoint.</summary>
    public TimeSpan PatienceAtEnd { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Time between two of these tries.</summary>
    public TimeSpan RetryEvery { get; init; } = TimeSpan.FromSeconds(10);
}
