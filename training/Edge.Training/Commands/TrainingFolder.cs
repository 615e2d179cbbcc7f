namespace Edge.Training.Commands;

/// <summary>Where a training keeps its state, beside the bundle it makes: <c>BUNDLE.training</c>.</summary>
internal sealed class TrainingFolder(string bundle)
{
    public string Path { get; } = bundle.TrimEnd('/') + ".training";

    public string Checkpoint => System.IO.Path.Combine(Path, "checkpoint.bin");

    public string LossCurve => System.IO.Path.Combine(Path, "loss.png");

    /// <summary>The held-out pictures, one path a line.</summary>
    public string HeldOut => System.IO.Path.Combine(Path, "held_out.txt");

    public string TuneReport => System.IO.Path.Combine(Path, "tune.md");

    /// <summary>Which layers of the int8 networks stay floats and why, and how exact the networks are.</summary>
    public string QuantiseReport => System.IO.Path.Combine(Path, "quantise.md");

    public string Previews => System.IO.Path.Combine(Path, "previews.png");
}
