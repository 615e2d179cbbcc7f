using System.Text.Json;
using Edge.Runtime;
using Edge.Runtime.Inspection;

namespace Edge.Training.Commands;

/// <summary>Where a training keeps its state, beside the bundle it makes: <c>BUNDLE.training</c>.</summary>
internal sealed class TrainingFolder(string bundle)
{
    public string Path { get; } = bundle.TrimEnd('/') + ".training";

    public string Checkpoint => System.IO.Path.Combine(Path, "checkpoint.bin");

    public string LossCurve => System.IO.Path.Combine(Path, "loss.png");

    /// <summary>The held-out pictures, one path a line.</summary>
    public string HeldOut => System.IO.Path.Combine(Path, "held_out.txt");

    /// <summary>Which pictures were trained on, fitted on and calibrated on.</summary>
    public string Pictures => System.IO.Path.Combine(Path, "pictures.json");

    /// <summary>How the levels were chosen.</summary>
    public string LevelReport => System.IO.Path.Combine(Path, "levels.md");

    /// <summary>Which layers of the int8 networks stay floats and why, and how exact the networks are.</summary>
    public string QuantiseReport => System.IO.Path.Combine(Path, "quantise.md");

    public string Previews => System.IO.Path.Combine(Path, "previews.png");

    /// <summary>Keeps which pictures calibrated the bundle.</summary>
    public void SavePictures(CalibrationPictures pictures)
    {
        var full = pictures with { Fitting = Full(pictures.Fitting), Calibration = Full(pictures.Calibration), Seen = Full(pictures.Seen) };
        File.WriteAllLines(HeldOut, [.. full.Fitting, .. full.Calibration]);
        File.WriteAllText(Pictures, JsonSerializer.Serialize(full));

        static string[] Full(IReadOnlyList<string> paths) => [.. paths.Select(System.IO.Path.GetFullPath)];
    }

    /// <summary>The pictures that calibrated the bundle.</summary>
    /// <exception cref="PictureException">They are not known.</exception>
    public CalibrationPictures LoadPictures() => File.Exists(Pictures)
        ? JsonSerializer.Deserialize<CalibrationPictures>(File.ReadAllText(Pictures))!
        : throw new PictureException($"{Pictures}: missing, so nothing says which pictures calibrated the bundle; name some that took no part in training with --calibration.");
}
