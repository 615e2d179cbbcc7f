using Edge.CommandLine;
using Edge.Evaluation;
using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Inspection;

namespace Edge.Bench.Promise;

/// <summary>The good pictures that took no part in a bundle's training, in choosing its settings or in fitting its constants.</summary>
/// <param name="Calibration">Those that calibrated it, as its training has recorded them; empty where there is no record.</param>
/// <param name="Groups">The group of each of them; empty where each is its own.</param>
/// <param name="Test">The good ones of a test set.</param>
/// <param name="LeftOut">How many good pictures of the test set are left out, since the bundle was fitted or calibrated on them.</param>
internal sealed record UnseenPictures(IReadOnlyList<string> Calibration, IReadOnlyList<int> Groups, IReadOnlyList<string> Test, int LeftOut)
{
    /// <summary>Those that are split. Where groups are known, a picture without one is not among them.</summary>
    public IReadOnlyList<string> Split => Groups.Count > 0 ? Calibration : [.. Calibration, .. Test];

    /// <summary>How many draws they are.</summary>
    public int Draws => Groups.Count > 0 ? Groups.Distinct().Count() : Split.Count;

    /// <summary>Finds them.</summary>
    /// <param name="bundle">The bundle's folder.</param>
    /// <param name="data">The test set's.</param>
    /// <exception cref="PictureException">A picture was trained on, is missing, or the record is damaged.</exception>
    /// <exception cref="UsageException">They are too few to be split.</exception>
    public static UnseenPictures Of(string bundle, string data)
    {
        string[] good = [.. DefectDataset.Open(data).Pictures.Where(picture => picture.Kind is null).Select(picture => picture.File)];
        TrainedPictures.RequireNone(bundle, good, $"--data {data}");
        var record = PicturesRecord.Read(bundle);
        string[] known = record is null ? [] : [.. record.Fitting, .. record.Calibration, .. record.Seen];
        if (known.FirstOrDefault(path => !File.Exists(path)) is { } missing)
            throw new PictureException($"{PicturesRecord.PathOf(bundle)}: names {missing}, which does not exist; put it back, or correct the path.");
        var hashes = known.Select(BundleFolder.Hash).ToHashSet();
        string[] test = [.. good.Where(path => !hashes.Contains(BundleFolder.Hash(path)))];
        var unseen = new UnseenPictures(record?.Calibration ?? [], record?.Groups ?? [], test, good.Length - test.Length);
        return unseen.Draws >= 2 * Calibrator.Fewest
            ? unseen
            : throw new UsageException($"--data {data}: {unseen.Draws} {(unseen.Groups.Count > 0 ? "groups of good pictures" : "good pictures")} "
                + $"took no part in training or fitting; {2 * Calibrator.Fewest} are needed at least, and 198 for half of them to promise 1 %.");
    }
}
