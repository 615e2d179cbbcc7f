using System.Security.Cryptography;
using System.Text;
using Edge.Runtime;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;
using Edge.Training.Learning;

namespace Edge.Training.Data;

/// <summary>The good pictures of a folder, scaled, and split by file or by groups of files: what is trained on and what is kept for calibration.</summary>
internal sealed class PictureSet
{
    /// <summary>A threshold for 1 % false rejects needs this many calibration pictures.</summary>
    private const int HoldOutForOnePercent = 99;
    private const int Fewest = 10;

    private PictureSet(IReadOnlyList<TrainingPicture> training, IReadOnlyList<TrainingPicture> heldOut, int heldOutGroups, int channels, double scale)
    {
        (Training, HeldOut, HeldOutGroups, Channels, Scale) = (training, heldOut, heldOutGroups, channels, scale);
        var names = Training.Select(p => "t " + Path.GetFileName(p.Path)).Concat(HeldOut.Select(p => "h " + Path.GetFileName(p.Path)));
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', names) + $"\n{channels} {scale:R}")));
    }

    public IReadOnlyList<TrainingPicture> Training { get; }

    public IReadOnlyList<TrainingPicture> HeldOut { get; }

    /// <summary>How many whole groups the held-out pictures are; 0 where every picture is on its own.</summary>
    public int HeldOutGroups { get; }

    /// <summary>1 when every picture is grey, 3 otherwise.</summary>
    public int Channels { get; }

    /// <summary>The factor all pictures were scaled by.</summary>
    public double Scale { get; }

    /// <summary>Names pictures, split and scale.</summary>
    public string Fingerprint { get; }

    /// <summary>Reads every picture of a folder.</summary>
    /// <param name="folder">Holds pictures, or <c>train/good</c> with pictures.</param>
    /// <param name="calibration">Holds the pictures for calibration; null holds some of the others out.</param>
    /// <param name="options">Size, split and seed.</param>
    /// <exception cref="PictureException">Too few pictures, or one that cannot be read.</exception>
    public static PictureSet Load(string folder, string? calibration, FitOptions options)
    {
        var given = calibration is null ? [] : PictureFolder.List(calibration);
        IReadOnlyList<string> paths = [.. PictureFolder.List(folder), .. given];
        if (paths.Count < Fewest)
            throw new PictureException($"{folder}: {paths.Count} pictures; training needs at least {Fewest}, and 200 for a threshold at 1 % false rejects.");

        var sides = new List<int>();
        var grey = true;
        foreach (var path in paths)
        {
            using var picture = PictureFile.Read(path);
            sides.Add(Math.Max(picture.Width, picture.Height));
            grey &= IsGrey(picture.AsFrame());
        }
        sides.Sort();
        var scale = options.Size == 0 ? 1 : Math.Min(1, (double)options.Size / sides[sides.Count / 2]);

        var preprocessor = new Preprocessor(grey ? 1 : 3, scale);
        var pictures = paths.Select(path => TrainingPicture.Read(path, preprocessor)).ToArray();
        if (calibration is null)
            new Draws(options.Seed, ulong.MaxValue).Shuffle(pictures.AsSpan());
        var heldOut = calibration is null ? options.HoldOut ?? DefaultHoldOut(pictures.Length) : given.Count;
        if (heldOut < Calibrator.Fewest || heldOut >= pictures.Length)
            throw new PictureException($"{heldOut} of {pictures.Length} pictures for calibration leaves too few to calibrate with ({Calibrator.Fewest}) or none to train on.");
        var groups = 0;
        if (calibration is null && PictureGroups.Of(pictures, options.Groups) is { } names)
            (pictures, heldOut, groups) = KeepTogether(pictures, names, heldOut);
        return new PictureSet(pictures[..^heldOut], pictures[^heldOut..], groups, grey ? 1 : 3, scale);
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
        return TrainingPicture.Read(path, new Preprocessor(IsGrey(picture.AsFrame()) ? 1 : 3, 1));
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
