using System.Security.Cryptography;
using System.Text;
using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;
using Edge.Runtime.Scoring;
using Edge.Training.Learning;

namespace Edge.Training.Data;

/// <summary>
/// The good pictures of a folder, scaled, and split by <see cref="PictureSplit"/>. In memory are the pictures as <see cref="TrainingPicture"/> keeps them,
/// at most 2 bytes per value after scaling. While they are read there is one picture more, at full size and in floats.
/// </summary>
internal sealed class PictureSet
{
    /// <summary>Half of these are held out, 5 to fit and 4 to calibrate.</summary>
    private const int Fewest = 2 * PictureSplit.FewestHeldOut;

    private const double DifferingExposures = 0.5;

    /// <summary>Scaling below this loses defects of a few pixels, and is warned about.</summary>
    private const double StrongScaling = 0.25;

    private PictureSet(IReadOnlyList<TrainingPicture> pictures, SplitPart[] parts, IReadOnlyList<int> groups, int channels, Preprocessing preprocessing)
    {
        (Channels, Preprocessing) = (channels, preprocessing);
        (Training, Fitting, Calibration) = (Of(SplitPart.Training), Of(SplitPart.Fitting), Of(SplitPart.Calibration));
        int[] calibrating = [.. Enumerable.Range(0, parts.Length).Where(i => parts[i] == SplitPart.Calibration).Select(i => groups[i])];
        var numbers = calibrating.Distinct().Index().ToDictionary(g => g.Item, g => g.Index);
        CalibrationGroups = [.. calibrating.Select(g => numbers[g])];
        var contents = pictures.Zip(parts, (picture, part) => $"{part} {picture.Sha256}");
        var names = string.Join('\n', contents) + $"\n{channels} {preprocessing.Scale:R}{(preprocessing.EqualExposure ? " one exposure" : "")}";
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(names)));

        TrainingPicture[] Of(SplitPart part) => [.. pictures.Where((_, i) => parts[i] == part)];
    }

    /// <summary>What the network learns from.</summary>
    public IReadOnlyList<TrainingPicture> Training { get; }

    /// <summary>Held out: what constants are fitted to and settings chosen by, 5 to 32 pictures where no group is larger.</summary>
    public IReadOnlyList<TrainingPicture> Fitting { get; private init; }

    /// <summary>Held out: what thresholds are taken from. They took no part in training, fitting or choosing.</summary>
    public IReadOnlyList<TrainingPicture> Calibration { get; private init; }

    /// <summary>The group of every calibration picture, numbered from 0. Pictures of one group, such as exposures of one place, are one draw.</summary>
    public IReadOnlyList<int> CalibrationGroups { get; private init; }

    /// <summary>All that is held out: <see cref="Fitting"/>, then <see cref="Calibration"/>.</summary>
    public IReadOnlyList<TrainingPicture> HeldOut => [.. Fitting, .. Calibration];

    /// <summary>The smallest false-reject rate that the calibration pictures can promise: 1 / (groups + 1).</summary>
    public double LeastAlpha => 1.0 / (CalibrationGroups.Distinct().Count() + 1);

    /// <summary>The same without some held-out pictures, which neither fit nor calibrate.</summary>
    /// <param name="names">Their file names.</param>
    /// <exception cref="PictureException">A name is none of the held-out pictures'.</exception>
    public PictureSet Without(IReadOnlyList<string> names)
    {
        if (names.FirstOrDefault(name => !HeldOut.Any(p => Path.GetFileName(p.Path) == name)) is { } unknown)
            throw new PictureException($"--exclude {unknown}: no held-out picture has this name{(Training.Any(p => Path.GetFileName(p.Path) == unknown)
                ? "; it was trained on. Take it out of the pictures and train again." : "; name the file as fit named it.")}");
        int[] kept = [.. Enumerable.Range(0, Calibration.Count).Where(i => !names.Contains(Path.GetFileName(Calibration[i].Path)))];
        return new PictureSet(this)
        {
            Fitting = [.. Fitting.Where(p => !names.Contains(Path.GetFileName(p.Path)))],
            Calibration = [.. kept.Select(i => Calibration[i])], CalibrationGroups = [.. kept.Select(i => CalibrationGroups[i])],
        };
    }

    private PictureSet(PictureSet other)
    {
        (Channels, Preprocessing) = (other.Channels, other.Preprocessing);
        (Training, Fitting, Calibration) = (other.Training, other.Fitting, other.Calibration);
        (CalibrationGroups, Fingerprint) = (other.CalibrationGroups, other.Fingerprint);
    }

    /// <summary>What a calibrator is given.</summary>
    public CalibrationPictures ForCalibration() => new()
    {
        Fitting = [.. Fitting.Select(p => p.Path)], Calibration = [.. Calibration.Select(p => p.Path)],
        Groups = CalibrationGroups.Distinct().Count() < Calibration.Count ? CalibrationGroups : [],
        Seen = [.. Training.Select(p => p.Path)], Source = "training",
    };

    /// <summary>1 when every picture is grey, 3 otherwise.</summary>
    public int Channels { get; }

    /// <summary>How all pictures were prepared.</summary>
    public Preprocessing Preprocessing { get; }

    /// <summary>Names the pictures' contents, their split and preparation; names of files take no part.</summary>
    public string Fingerprint { get; }

    /// <summary>What the user should know of these pictures: warnings, one line each.</summary>
    public IReadOnlyList<string> Notes { get; private init; } = [];

    /// <summary>Bytes that the pictures' values take in memory.</summary>
    public long MemoryBytes => Training.Concat(HeldOut).Sum(p => p.MemoryBytes);

    /// <summary>Reads every picture of a folder.</summary>
    /// <param name="folder">Holds pictures, or <c>train/good</c> with pictures.</param>
    /// <param name="calibration">Holds the pictures to fit and calibrate with; null holds some of the others out.</param>
    /// <param name="options">Size, split and seed.</param>
    /// <param name="read">Told after each picture how many of how many are read.</param>
    /// <param name="stop">Stops between two pictures.</param>
    /// <param name="others">More files that must be readable, such as pictures of other products. They are not part of the set.</param>
    /// <param name="look">Gives more notes on all pictures as they are scaled, before they are given one exposure.</param>
    /// <exception cref="PictureException">Too few pictures, some that cannot be read, or one that both folders hold.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static PictureSet Load(string folder, string? calibration, FitOptions options, Action<int, int>? read = null, CancellationToken stop = default,
        IReadOnlyList<string>? others = null, Func<IReadOnlyList<TrainingPicture>, IEnumerable<string>>? look = null)
    {
        var (paths, given) = (PictureFolder.List(folder), calibration is null ? [] : PictureFolder.List(calibration));
        if (calibration is null && paths.Count < Fewest)
            throw new PictureException($"{folder}: {paths.Count} pictures; training needs at least {Fewest}, and 250 for a threshold at 1 % false rejects. "
                + "A large picture can be cut into pieces with 'edge-train split'.");
        if (calibration is not null && (paths.Count == 0 || given.Count < PictureSplit.FewestHeldOut))
            throw new PictureException(paths.Count == 0 ? $"{folder}: no pictures to train on."
                : $"--calibration {calibration}: {given.Count} pictures; {PictureSplit.FewestHeldOut} at least are needed, and 124 for a threshold at 1 % false rejects.");

        string[] all = [.. paths, .. given];
        var (scale, side) = ScaleOf(all, Sizes(all, others ?? [], options.Depth, stop), options.Size);
        var preprocessing = new Preprocessing { Scale = scale };
        var (pictures, note) = Read(all, preprocessing, options.Depth, read, stop);
        if (given.Count > 0)
            RequireApart(pictures.AsSpan(0, paths.Count), pictures.AsSpan(paths.Count), folder, calibration!);

        // In the order of their contents, so that no name decides what is held out.
        TrainingPicture[] training = Shuffled(pictures[..paths.Count], options.Seed), held = Shuffled(pictures[paths.Count..], options.Seed);
        // What is alike is asked of the pictures as they are: in one exposure too much is.
        var groups = PictureGroups.Of(calibration is null ? training : held, options.Groups);
        var parts = calibration is null ? PictureSplit.Of(groups, options.HoldOut) : PictureSplit.OfHeldOut(groups);
        if (calibration is not null)
        {
            groups = [.. Enumerable.Range(-training.Length, training.Length), .. groups];
            parts = [.. Enumerable.Repeat(SplitPart.Training, training.Length), .. parts];
        }
        pictures = [.. training, .. held];
        string[] looks = [.. note is null ? [] : (string[])[note], .. look?.Invoke(pictures) ?? []];
        // Where a change of light may be a defect, light is kept as it is.
        if (options.VaryExposure && ExposuresDiffer(pictures))
        {
            preprocessing = preprocessing with { EqualExposure = true };
            var preprocessor = new Preprocessor(pictures[0].Shape.Channels, preprocessing);
            foreach (ref var picture in pictures.AsSpan())
            {
                stop.ThrowIfCancellationRequested();
                picture = TrainingPicture.Read(picture.Path, preprocessor, options.Depth);
            }
        }
        return new PictureSet(pictures, parts, groups, pictures[0].Shape.Channels, preprocessing)
        {
            Notes = [.. NotesOn(groups, parts, options, calibration is null), .. NotesOn(scale, side), .. looks],
        };
    }

    /// <summary>Reads one picture at its own size and channels.</summary>
    public static TrainingPicture Read(string path)
    {
        using var picture = PictureFile.Read(path);
        return TrainingPicture.Prepared(path, picture, new Preprocessor(IsGrey(picture.AsFrame()) ? 1 : 3, new Preprocessing()));
    }

    /// <summary>Whether the pictures' exposures differ by more than half of the contrast within one. Of mtd's six exposures they do (0.9 times), of fabrics'
    /// rolls by far not (0.1 to 0.2).</summary>
    internal static bool ExposuresDiffer(IReadOnlyList<TrainingPicture> pictures)
    {
        var logarithms = pictures.Select(p => p.LogarithmicExposure()).ToList();
        var mean = logarithms.Average(e => (double)e.Mean);
        var between = Math.Sqrt(logarithms.Average(e => (e.Mean - mean) * (e.Mean - mean)));
        return between > DifferingExposures * Quantile.Of([.. logarithms.Select(e => e.Deviation)], 0.5);
    }

    /// <summary>Sizes of pictures. All are decoded for it, so that the bad files among them are named together.</summary>
    private static (int Width, int Height)[] Sizes(IReadOnlyList<string> paths, IReadOnlyList<string> others, int depth, CancellationToken stop)
    {
        var sizes = new List<(int, int)>();
        var preprocessor = new Preprocessor(1, new Preprocessing());
        PictureFile.Each([.. paths, .. others], path =>
        {
            stop.ThrowIfCancellationRequested();
            using var picture = PictureFile.Read(path, depth);
            preprocessor.RequireSize(picture.Width, picture.Height, path);
            sizes.Add((picture.Width, picture.Height));
        });
        return [.. sizes.Take(paths.Count)];
    }

    /// <summary>The factor that brings the longer side of the median picture down to a size, and that side.</summary>
    /// <exception cref="PictureException">A picture is too small then.</exception>
    private static (double Scale, int Side) ScaleOf(IReadOnlyList<string> paths, (int Width, int Height)[] sizes, int size)
    {
        int[] sides = [.. sizes.Select(s => Math.Max(s.Width, s.Height)).Order()];
        var side = sides[sides.Length / 2];
        var scale = size == 0 ? 1 : Math.Min(1, (double)size / side);
        var least = Preprocessor.MinSide;
        var small = sizes.Index().Where(s => Math.Round(scale * Math.Min(s.Item.Width, s.Item.Height)) < least).ToArray();
        if (small.Length == 0)
            return (scale, side);
        throw new PictureException(string.Join('\n', small.Select(s =>
            $"{paths[s.Index]}: {s.Item.Width}x{s.Item.Height} pixels is too small when --size {size} shrinks all pictures {1 / scale:0.##} times: "
            + $"each side needs {Math.Ceiling(least / scale):0} or more. Give a larger --size (0 shrinks nothing), or take it out.")));
    }

    /// <summary>Reads pictures: grey ones as one plane, which is repeated where another picture turns out to have colour. That is noted.</summary>
    private static (TrainingPicture[] Pictures, string? Note) Read(IReadOnlyList<string> paths, Preprocessing preprocessing, int depth,
        Action<int, int>? read, CancellationToken stop)
    {
        var (grey, colour) = (new Preprocessor(1, preprocessing), new Preprocessor(3, preprocessing));
        var pictures = new TrainingPicture[paths.Count];
        PictureFile.Each(Enumerable.Range(0, paths.Count), i =>
        {
            stop.ThrowIfCancellationRequested();
            using var picture = PictureFile.Read(paths[i], depth);
            pictures[i] = TrainingPicture.Prepared(paths[i], picture, IsGrey(picture.AsFrame()) ? grey : colour);
            read?.Invoke(i + 1, pictures.Length);
        });
        var channels = pictures.Max(p => p.Shape.Channels);
        return ([.. pictures.Select(p => p.WithChannels(channels))], NoteOnColour(pictures));
    }

    /// <summary>A colour picture among grey ones makes the whole bundle one for colour, and is often of another camera.</summary>
    private static string? NoteOnColour(TrainingPicture[] pictures)
    {
        string[] grey = [.. pictures.Where(p => p.Shape.Channels == 1).Select(p => Path.GetFileName(p.Path))];
        string[] colour = [.. pictures.Where(p => p.Shape.Channels > 1).Select(p => Path.GetFileName(p.Path))];
        if (grey.Length == 0 || colour.Length == 0)
            return null;
        var (fewer, named) = colour.Length <= grey.Length ? (colour, "colour") : (grey, "grey");
        var names = string.Join(", ", fewer.Take(3)) + (fewer.Length > 3 ? " and more" : "");
        return $"Of {pictures.Length} pictures {grey.Length} are grey and {colour.Length} in colour; {named}: {names}. "
            + "The bundle is for colour and takes grey as colour. Take out what is of another camera or product.";
    }

    private static TrainingPicture[] Shuffled(TrainingPicture[] pictures, ulong seed)
    {
        TrainingPicture[] shuffled = [.. pictures.OrderBy(p => p.Sha256, StringComparer.Ordinal).ThenBy(p => p.Path, StringComparer.Ordinal)];
        new Draws(seed, ulong.MaxValue).Shuffle(shuffled.AsSpan());
        return shuffled;
    }

    private static void RequireApart(ReadOnlySpan<TrainingPicture> training, ReadOnlySpan<TrainingPicture> held, string folder, string calibration)
    {
        var (trained, both, first) = (new Dictionary<string, string>(), 0, "");
        foreach (var picture in training)
            trained[picture.Sha256] = picture.Path;
        foreach (var picture in held)
            if (trained.TryGetValue(picture.Sha256, out var path) && both++ == 0)
                first = Path.GetFullPath(path) == Path.GetFullPath(picture.Path) ? path : $"{picture.Path} is {path}";
        if (both > 0)
            throw new PictureException($"--calibration {calibration}: {both} of its {held.Length} pictures are in --data {folder} too ({first}). A threshold from pictures "
                + "that were trained on rejects too many good parts; take them out of one of the two, or leave --calibration away.");
    }

    private static IEnumerable<string> NotesOn(IReadOnlyList<int> groups, SplitPart[] parts, FitOptions options, bool split)
    {
        var trained = parts.Count(p => p == SplitPart.Training);
        if (!split || 2 * trained >= parts.Length)
            yield break;
        int[] sizes = [.. groups.Where((_, i) => parts[i] != SplitPart.Training).CountBy(g => g).Select(g => g.Value)];
        yield return sizes.Max() == 1
            ? $"Only {trained} of {parts.Length} pictures are trained on, since --hold-out {options.HoldOut} keeps more than half."
            : $"Only {trained} of {parts.Length} pictures are trained on: groups are held out whole, and the {sizes.Length} held out have up to {sizes.Max()} pictures. "
                + "Finer groups (--groups) or a smaller --hold-out leave more.";
    }

    private static IEnumerable<string> NotesOn(double scale, int side)
    {
        if (scale < StrongScaling)
            yield return $"The pictures are shrunk {1 / scale:0.#} times, from {side} pixels to {side * scale:0}: defects of less than {Math.Ceiling(2 / scale):0} pixels may be lost. "
                + "Keep more with a larger --size, or cut them into pieces with 'edge-train split' and inspect in pieces.";
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
