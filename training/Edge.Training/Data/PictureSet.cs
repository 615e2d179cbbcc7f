using System.Security.Cryptography;
using System.Text;
using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;
using Edge.Runtime.Scoring;
using Edge.Training.Learning;

namespace Edge.Training.Data;

/// <summary>The good pictures of a folder, scaled, and split by file or by groups of files: what is trained on and what is kept for calibration.</summary>
internal sealed class PictureSet
{
    /// <summary>A threshold for 1 % false rejects needs this many calibration pictures.</summary>
    private const int HoldOutForOnePercent = 99;
    private const int Fewest = 10;
    private const double DifferingExposures = 0.5;

    private PictureSet(IReadOnlyList<TrainingPicture> training, IReadOnlyList<TrainingPicture> heldOut, int heldOutGroups, int channels, Preprocessing preprocessing)
    {
        (Training, HeldOut, HeldOutGroups, Channels, Preprocessing) = (training, heldOut, heldOutGroups, channels, preprocessing);
        var names = Training.Select(p => "t " + Path.GetFileName(p.Path)).Concat(HeldOut.Select(p => "h " + Path.GetFileName(p.Path)));
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', names) + $"\n{channels} {preprocessing.Scale:R}{(preprocessing.EqualExposure ? " one exposure" : "")}")));
    }

    public IReadOnlyList<TrainingPicture> Training { get; }

    public IReadOnlyList<TrainingPicture> HeldOut { get; }

    /// <summary>How many whole groups the held-out pictures are; 0 where every picture is on its own.</summary>
    public int HeldOutGroups { get; }

    /// <summary>1 when every picture is grey, 3 otherwise.</summary>
    public int Channels { get; }

    /// <summary>How all pictures were prepared.</summary>
    public Preprocessing Preprocessing { get; }

    /// <summary>Names pictures, split and preparation.</summary>
    public string Fingerprint { get; }

    /// <summary>Reads every picture of a folder.</summary>
    /// <param name="folder">Holds pictures, or <c>train/good</c> with pictures.</param>
    /// <param name="calibration">Holds the pictures for calibration; null holds some of the others out.</param>
    /// <param name="options">Size, split and seed.</param>
    /// <exception cref="PictureException">Too few pictures, or some that cannot be read; the message names them all.</exception>
    public static PictureSet Load(string folder, string? calibration, FitOptions options)
    {
        var given = calibration is null ? [] : PictureFolder.List(calibration);
        IReadOnlyList<string> paths = [.. PictureFolder.List(folder), .. given];
        if (paths.Count < Fewest)
            throw new PictureException($"{folder}: {paths.Count} pictures; training needs at least {Fewest}, and 200 for a threshold at 1 % false rejects.");

        var sides = new List<int>();
        var grey = true;
        PictureFile.ReadEach(paths, picture =>
        {
            sides.Add(Math.Max(picture.Width, picture.Height));
            grey &= IsGrey(picture.AsFrame());
        }, options.Depth);
        sides.Sort();
        var scale = options.Size == 0 ? 1 : Math.Min(1, (double)options.Size / sides[sides.Count / 2]);

        var preprocessing = new Preprocessing { Scale = scale };
        var preprocessor = new Preprocessor(grey ? 1 : 3, preprocessing);
        var pictures = paths.Select(path => TrainingPicture.Read(path, preprocessor, options.Depth)).ToArray();
        if (calibration is null)
            new Draws(options.Seed, ulong.MaxValue).Shuffle(pictures.AsSpan());
        var heldOut = calibration is null ? options.HoldOut ?? DefaultHoldOut(pictures.Length) : given.Count;
        if (heldOut < Calibrator.Fewest || heldOut >= pictures.Length)
            throw new PictureException($"{heldOut} of {pictures.Length} pictures for calibration leaves too few to calibrate with ({Calibrator.Fewest}) or none to train on.");
        var groups = 0;
        if (calibration is null && PictureGroups.Of(pictures, options.Groups) is { } names)
            (pictures, heldOut, groups) = KeepTogether(pictures, names, heldOut);
        // Where a change of light may be a defect, light is kept as it is. What is alike was asked of the pictures as they are: in one exposure too much is.
        if (options.VaryExposure && ExposuresDiffer(pictures))
        {
            preprocessing = preprocessing with { EqualExposure = true };
            foreach (ref var picture in pictures.AsSpan())
                picture = picture.EquallyExposed();
        }
        return new PictureSet(pictures[..^heldOut], pictures[^heldOut..], groups, grey ? 1 : 3, preprocessing);
    }

    /// <summary>Puts whole groups last, from the last picture on, until so many pictures or more are held out; one group is always left to train on.</summary>
    private static (TrainingPicture[] Pictures, int HeldOut, int Groups) KeepTogether(TrainingPicture[] pictures, IReadOnlyList<string> groups, int wanted)
    {
        var (chosen, count) = (new HashSet<string>(), 0);
        foreach (var group in groups.Reverse().Distinct().SkipLast(1))
        {
            if (count >= wanted)
                break;
            chosen.Add(group);
            count += groups.Count(g => g == group);
        }
        return ([.. pictures.Where((_, i) => !chosen.Contains(groups[i])), .. pictures.Where((_, i) => chosen.Contains(groups[i]))], count, chosen.Count);
    }

    /// <summary>A fifth, but where that is too few for a threshold at 1 %, as many as that takes, up to six in ten.</summary>
    public static int DefaultHoldOut(int pictures) => Math.Max(pictures / 5, Math.Min(HoldOutForOnePercent, pictures * 6 / 10));

    /// <summary>Reads one picture at its own size and channels.</summary>
    public static TrainingPicture Read(string path)
    {
        using var picture = PictureFile.Read(path);
        return TrainingPicture.Read(path, new Preprocessor(IsGrey(picture.AsFrame()) ? 1 : 3, new Preprocessing()));
    }

    /// <summary>Whether the pictures' exposures differ by more than half of the contrast within one. Of mtd's six exposures they do (0.9 times), of fabrics' rolls by far not (0.1 to 0.2).</summary>
    internal static bool ExposuresDiffer(IReadOnlyList<TrainingPicture> pictures)
    {
        var logarithms = pictures.Select(p => p.LogarithmicExposure()).ToList();
        var between = TrainingPicture.ExposureOf([.. logarithms.Select(e => e.Mean)]).Deviation;
        return between > DifferingExposures * Quantile.Of([.. logarithms.Select(e => e.Deviation)], 0.5);
    }

    private static bool IsGrey(in Frame frame)
    {
        if (frame.Channels == 1)
            return true;
        var pixel = 3 * frame.BytesPerChannel;
        for (var y = 0; y < frame.Height; y++)
        {
            var row = frame.Row(y);
            for (var x = 0; x < row.Length; x += pixel)
                for (var b = 0; b < frame.BytesPerChannel; b++)
                    if (row[x + b] != row[x + frame.BytesPerChannel + b] || row[x + b] != row[x + 2 * frame.BytesPerChannel + b])
                        return false;
        }
        return true;
    }
}
