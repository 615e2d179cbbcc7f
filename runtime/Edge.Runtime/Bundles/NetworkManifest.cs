namespace Edge.Runtime.Bundles;

/// <summary>The network of a bundle: what it predicts, over which noise, in which files.</summary>
internal sealed record NetworkManifest
{
    /// <summary>What the network predicts; "epsilon", the noise.</summary>
    public string PredictionType { get; init; } = "epsilon";

    /// <summary>Channels of its pictures, 1 or 3.</summary>
    public int Channels { get; init; }

    /// <summary>Height and width of its input are multiples of this.</summary>
    public int SizeMultiple { get; init; }

    /// <summary>It was trained on timesteps below this; no profile may read it above.</summary>
    public int TMax { get; init; }

    /// <summary>Length of the noise schedule.</summary>
    public int NumTrainTimesteps { get; init; } = 1000;

    /// <summary>"linear".</summary>
    public string BetaSchedule { get; init; } = "linear";

    /// <summary>First beta.</summary>
    public double BetaStart { get; init; } = 1e-4;

    /// <summary>Last beta.</summary>
    public double BetaEnd { get; init; } = 0.02;

    /// <summary>ONNX file of <c>x, t -> eps</c>.</summary>
    public FileEntry Eps { get; init; } = new();

    /// <summary>ONNX file of <c>x, t -> activations</c>, for the comparison of features.</summary>
    public FileEntry Features { get; init; } = new();

    /// <summary>The weights both ONNX files refer to.</summary>
    public FileEntry Weights { get; init; } = new();

    /// <summary>ONNX files of <c>x -> eps</c> in eight bits, by the timestep each was made for, their weights inside; empty where there are none.</summary>
    public Dictionary<int, FileEntry> Int8 { get; init; } = [];

    /// <summary>Largest absolute difference between trainer and ONNX Runtime seen at export.</summary>
    public double ParityMaxAbsDifference { get; init; }
}
