using YamlDotNet.Serialization;

namespace Edge.Runtime.Bundles;

/// <summary>The networks of a bundle: what the denoiser predicts, over which noise, and the files of all. They share channels and sizes.</summary>
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

    /// <summary>ONNX file of <c>x -> log_odds</c>, that a pixel is corrupted; null where there is none.</summary>
    public FileEntry? LogOdds { get; init; }

    /// <summary>ONNX file of <c>x -> memory</c>, the distance of a pixel's frozen features to the nearest of good ones; null where there is none.</summary>
    public FileEntry? Memory { get; init; }

    /// <summary>ONNX file of <c>x[, t] -> layers of activations</c>, for the comparison of features.</summary>
    public FileEntry Features { get; init; } = new();

    /// <summary>The weights that all these ONNX files refer to.</summary>
    public FileEntry Weights { get; init; } = new();

    /// <summary>ONNX files in eight bits, their weights inside, by the plane that each gives: t25 is <c>x -> eps</c> at timestep 25, log_odds and memory as above. Empty where there are none.</summary>
    public Dictionary<string, FileEntry> Int8 { get; init; } = [];

    /// <summary>Every file, with the field that names it.</summary>
    [YamlIgnore]
    internal IEnumerable<(string Field, FileEntry Entry)> Files
    {
        get
        {
            yield return ("network.eps", Eps);
            if (LogOdds is { } logOdds)
                yield return ("network.log_odds", logOdds);
            if (Memory is { } memory)
                yield return ("network.memory", memory);
            yield return ("network.features", Features);
            yield return ("network.weights", Weights);
            foreach (var (plane, entry) in Int8)
                yield return ($"network.int8.{plane}", entry);
        }
    }

    /// <summary>Where the frozen features come from and, where that is known, under which licence; empty where there are none.</summary>
    public string Backbone { get; init; } = "";

    /// <summary>Largest absolute difference between trainer and ONNX Runtime seen at export.</summary>
    public double ParityMaxAbsDifference { get; init; }
}
