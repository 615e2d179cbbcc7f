using Edge.Runtime;
using Edge.Runtime.Imaging;

namespace Edge.Evaluation;

/// <summary>
/// The test part of a data set, in the layouts that the field's sets have. Ground truth is the size of its picture, 0 = normal. Without it, only
/// image metrics can be had.
/// </summary>
internal sealed class DefectDataset
{
    /// <summary>The layouts that are read, for messages.</summary>
    public const string Layouts = "test/good, test/<defect> and ground_truth/<defect> (MVTec AD, MVTec LOCO); "
        + "test_public/good and test_public/bad (MVTec AD 2); test/ok and test/ko (BTAD); Data/Images/Normal and Data/Images/Anomaly (VisA)";

    private DefectDataset(IReadOnlyList<DefectPicture> pictures) => Pictures = pictures;

    /// <summary>Good pictures first, then the defective ones folder by folder; by name within a folder.</summary>
    public IReadOnlyList<DefectPicture> Pictures { get; }

    /// <summary>Lists the pictures. Where a set has ground truth, every defective picture must have its own.</summary>
    /// <exception cref="PictureException">The folder is not laid out as described, or a mask is missing. The message names the file.</exception>
    public static DefectDataset Open(string folder)
    {
        try
        {
            var layout = Layout.Of(folder);
            List<DefectPicture> pictures = [.. PictureFolder.In(layout.Good).Where(layout.IsTested).Select(file => new DefectPicture(file, null, []))];
            if (pictures.Count == 0)
                throw new PictureException($"{PictureFolder.Missing(layout.Good)} False rejects cannot be counted without good pictures.");
            foreach (var kind in layout.Defective)
                pictures.AddRange(PictureFolder.In(kind).Where(layout.IsTested)
                    .Select(file => new DefectPicture(file, Path.GetFileName(kind), FindMasks(layout.Truth, Path.GetFileName(kind), file))));
            return new DefectDataset(pictures);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PictureException($"{folder}: cannot be listed: {e.Message}", e);
        }
    }

    /// <summary>Reads every picture and its ground truth, so that a set that does not fit is told at once and not after an hour.</summary>
    /// <param name="significantBits">Bits of 16-bit pictures that the sensor fills; 0 takes what each file says.</param>
    /// <returns>Columns, rows and mask of each picture, in the order of <see cref="Pictures"/>.</returns>
    /// <exception cref="PictureException">Pictures or masks cannot be read, or their sizes differ; the message names each.</exception>
    public IReadOnlyList<(int Width, int Height, byte[]? Mask)> ReadTruth(int significantBits = 0)
    {
        var truth = new List<(int, int, byte[]?)>();
        PictureFile.Each(Pictures, picture => truth.Add(picture.ReadTruth(significantBits)));
        return truth;
    }

    /// <summary>A picture's mask has its name, with or without _mask; MVTec LOCO has a folder of that name with a mask for each defect.</summary>
    private static string[] FindMasks(string truth, string kind, string picture)
    {
        if (!Directory.Exists(truth))
            return [];
        var folder = Path.Combine(truth, kind);
        var stem = Path.GetFileNameWithoutExtension(picture);
        if (Directory.Exists(Path.Combine(folder, stem)) && PictureFolder.In(Path.Combine(folder, stem)) is { Count: > 0 } several)
            return [.. several];
        foreach (var name in (string[])[stem + "_mask", stem])
            foreach (var extension in PictureFolder.Extensions)
                foreach (var written in (string[])[extension, extension.ToUpperInvariant()])
                    if (Path.Combine(folder, name + written) is var mask && File.Exists(mask))
                        return [mask];
        throw new PictureException(
            $"{Path.Combine(folder, stem)}_mask.png: no such file, nor {stem}.png; {picture} is in a defect folder and needs a mask of its own size, 0 and 255.");
    }

    /// <summary>Where a set has what.</summary>
    private sealed record Layout(string Good, IReadOnlyList<string> Defective, string Truth)
    {
        /// <summary>The pictures of the test part; null where all are.</summary>
        private HashSet<string>? Tested { get; init; }

        public static Layout Of(string folder)
        {
            var test = Path.Combine(folder, "test");
            foreach (var good in (string[])["good", "ok"])
                if (Directory.Exists(Path.Combine(test, good)))
                    return Beside(test, good, Path.Combine(folder, "ground_truth"));
            var open = Path.Combine(folder, "test_public");
            if (Directory.Exists(Path.Combine(open, "good")))
                return Beside(open, "good", Path.Combine(open, "ground_truth"));
            var images = Path.Combine(folder, "Data", "Images");
            if (Directory.Exists(Path.Combine(images, "Normal")))
                return Beside(images, "Normal", Path.Combine(folder, "Data", "Masks")) with { Tested = VisaTest(folder) };
            throw new PictureException($"{folder}: no data set in a layout that is read: {Layouts}.");
        }

        public bool IsTested(string picture) => Tested?.Contains(Path.GetFullPath(picture)) ?? true;

        private static Layout Beside(string test, string good, string truth) => new(
            Path.Combine(test, good),
            [.. PictureFolder.Subfolders(test).Where(kind => Path.GetFileName(kind) != good && Path.GetFullPath(kind) != Path.GetFullPath(truth))],
            truth);

        /// <summary>VisA's train and test pictures lie together; its table split_csv/1cls.csv tells them apart: object, split, label, image, mask.</summary>
        private static HashSet<string>? VisaTest(string folder)
        {
            var root = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)))!;
            var table = Path.Combine(root, "split_csv", "1cls.csv");
            return File.Exists(table)
                ? [.. File.ReadLines(table).Select(line => line.Split(',')).Where(row => row.Length > 3 && row[1] == "test").Select(row => Path.Combine(root, row[3]))]
                : null;
        }
    }
}
