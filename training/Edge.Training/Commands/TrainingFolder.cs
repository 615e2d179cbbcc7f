using Edge.Runtime;
using Edge.Runtime.Inspection;

namespace Edge.Training.Commands;

/// <summary>Where a training keeps its state, beside the bundle it makes: <c>BUNDLE.training</c>.</summary>
internal sealed class TrainingFolder(string bundle)
{
    public string Path { get; } = PicturesRecord.FolderOf(bundle);

    public string Checkpoint => System.IO.Path.Combine(Path, "checkpoint.bin");

    public string LossCurve => System.IO.Path.Combine(Path, "loss.png");

    /// <summary>The held-out pictures, one path a line.</summary>
    public string HeldOut => System.IO.Path.Combine(Path, "held_out.txt");

    /// <summary>How settings were chosen.</summary>
    public string TuningReport => System.IO.Path.Combine(Path, "tuning.md");

    /// <summary>Which layers of the int8 networks stay floats and why, and how exact the networks are.</summary>
    public string QuantiseReport => System.IO.Path.Combine(Path, "quantise.md");

    public string Previews => System.IO.Path.Combine(Path, "previews.png");

    /// <summary>Keeps which pictures calibrated the bundle.</summary>
    public void SavePictures(CalibrationPictures pictures)
    {
        File.WriteAllLines(HeldOut, [.. pictures.Fitting.Concat(pictures.Calibration).Select(System.IO.Path.GetFullPath)]);
        PicturesRecord.Write(bundle, pictures);
    }

    /// <summary>The pictures that calibrated the bundle.</summary>
    /// <exception cref="PictureException">They are not known.</exception>
    public CalibrationPictures LoadPictures() => PicturesRecord.Read(bundle) ?? throw new PictureException(
        $"{PicturesRecord.PathOf(bundle)}: missing, so nothing says which pictures calibrated the bundle; "
            + "name some that took no part in training with --calibration.");
}
