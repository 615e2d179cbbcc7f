using Edge.Runtime;
using Edge.Runtime.Imaging;

namespace Edge.Evaluation;

/// <summary>
/// The test part of a data set in MVTec AD's layout: <c>test/good</c>, <c>test/&lt;defect&gt;</c> and
/// <c>ground_truth/&lt;defect&gt;/&lt;stem&gt;_mask.png</c> (0 = normal, 255 = defective, the size of its picture).
/// </summary>
public sealed class DefectDataset
{
    /// <summary>Good pictures first, then the defective ones folder by folder; by name within a folder.</summary>
    public IReadOnlyList<DefectPicture> Pictures { get; }

    DefectDataset(IReadOnlyList<DefectPicture> pictures) => Pictures = pictures;

    /// <summary>Lists the pictures and makes sure that every defective one has its mask.</summary>
    /// <exception cref="PictureException">The folder is not laid out as described, or a mask is missing. The message names the file.</exception>
    public static DefectDataset Open(string folder)
    {
        var test = Path.Combine(folder, "test");
        var good = Path.Combine(test, "good");
        if (!Directory.Exists(good))
            throw new PictureException(
                $"{good}: no such folder; the data needs test/good, test/<defect> and ground_truth/<defect> (MVTec AD's layout).");

        try
        {
            List<DefectPicture> pictures = [.. PictureFolder.In(good).Select(file => new DefectPicture(file, null))];
            if (pictures.Count == 0)
                throw new PictureException(
                    $"{good}: holds no picture ({string.Join(' ', PictureFolder.Extensions)}); false rejects cannot be counted without good pictures.");

            foreach (var kind in Directory.GetDirectories(test).Order(StringComparer.Ordinal).Where(kind => kind != good))
                pictures.AddRange(PictureFolder.In(kind).Select(file => new DefectPicture(file, FindMask(folder, Path.GetFileName(kind), file))));
            return new DefectDataset(pictures);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PictureException($"{folder}: cannot be listed: {e.Message}", e);
        }
    }

    static string FindMask(string folder, string kind, string picture)
    {
        var mask = Path.Combine(folder, "ground_truth", kind, $"{Path.GetFileNameWithoutExtension(picture)}_mask.png");
        return File.Exists(mask)
            ? mask
            : throw new PictureException($"{mask}: no such file; {picture} is in a defect folder and needs a mask of its own size, 0 and 255.");
    }
}
