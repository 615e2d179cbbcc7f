using Edge.Runtime;
using Edge.Evaluation;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;

namespace Edge.Bench.Report;

/// <summary>The command <c>report</c>.</summary>
internal sealed class ReportBench(Func<string, SubjectOptions, ISubject> open, TextWriter output, TextWriter error)
{
    const int PicturesOfAKind = 4;

    /// <summary>Inspects the test pictures with each profile and writes a page about it.</summary>
    /// <param name="bundle">The bundle's folder.</param>
    /// <param name="data">A data set in MVTec AD's layout.</param>
    /// <param name="asked">Profiles with their precision; none = all.</param>
    /// <param name="alpha">False-reject rate asked of the threshold; null = the bundle's own.</param>
    /// <param name="path">The page's file.</param>
    /// <param name="command">The command line, to be quoted on the page.</param>
    /// <param name="depth">Bits of 16-bit pictures that the sensor fills; 0 takes what each file says.</param>
    public void Run(string bundle, string data, ProfileKey[] asked, double? alpha, string path, string command, int depth = 0)
    {
        using var file = new PageFile(path);
        var set = DefectDataset.Open(data);
        List<AccuracyRow> rows = [];
        Evaluation? shown = null;
        // Only the evaluation that is shown is kept: each holds all pixels of the set.
        foreach (var evaluation in new Evaluator(open, error) { Depth = depth }.Run(bundle, set, asked, alpha))
        {
            rows.Add(evaluation.Row);
            if (shown is null || evaluation.Row.IsDefault)
                shown = evaluation;
        }

        using var subject = open(bundle, new SubjectOptions(ProfileKey.Parse(shown!.Row.Profile), alpha));
        ProfileKey? reconstructing = rows.Prepend(shown.Row).Select(row => ProfileKey.Parse(row.Profile)).Concat(subject.Profiles)
            .Where(subject.ReconstructingProfiles.Contains).Select(key => (ProfileKey?)key).FirstOrDefault();
        using var reconstructor = reconstructing is null ? null : open(bundle, new SubjectOptions(reconstructing, alpha));

        int[] byScore = [.. Enumerable.Range(0, set.Pictures.Count).OrderBy(i => shown.Results[i].Rank)];
        int[] good = [.. byScore.Where(i => set.Pictures[i].Kind is null).Reverse().Take(PicturesOfAKind)];
        int[] defective = [.. byScore.Where(i => set.Pictures[i].Kind is not null)];
        int[] worst = [.. defective.Take(PicturesOfAKind)];
        int[] best = [.. defective.Reverse().Where(i => shown.Results[i].IsNg).Take(PicturesOfAKind).Except(worst)];
        var pictures = new Dictionary<int, ShownPicture>();
        int[] all = [.. good, .. worst, .. best];
        Progress.Run(error, "pictures", all.Length, i => pictures[all[i]] = Show(set.Pictures[all[i]], data, depth, subject, reconstructor));

        file.Write(ReportPage.Of(new ReportContent
        {
            Bundle = subject.Manifest, Data = data, Command = command, Created = DateTime.UtcNow, Provider = subject.Provider,
            Rows = rows, Shown = shown, Calibration = subject.CalibrationScores, Tolerance = subject.Tolerance, ReconstructingProfile = reconstructing?.ToString(),
            WorstGood = [.. good.Select(i => pictures[i])], WorstDefective = [.. worst.Select(i => pictures[i])], BestFound = [.. best.Select(i => pictures[i])],
        }));
        output.WriteLine(path);
    }

    static ShownPicture Show(DefectPicture picture, string data, int depth, ISubject subject, ISubject? reconstructor)
    {
        using var decoded = PictureFile.Read(picture.File, depth);
        var frame = decoded.AsFrame();
        var result = subject.Inspect(frame);
        return new ShownPicture(
            Path.GetRelativePath(data, picture.File), picture.Kind is not null, result,
            Thumbnail.Picture(frame), Thumbnail.Heat(frame, result.Map.Values, result.Threshold, picture.ReadMask()), Reconstruct(frame, reconstructor));
    }

    static string? Reconstruct(in Frame frame, ISubject? reconstructor)
    {
        if (reconstructor is null)
            return null;
        reconstructor.Inspect(frame);
        var reconstruction = reconstructor.Reconstruction(out var shape);
        return reconstruction.Length == 0 ? null : Thumbnail.Reconstruction(reconstruction, shape);
    }
}
