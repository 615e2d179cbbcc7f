namespace Edge.Runtime.Imaging;

/// <summary>Finds pictures on disk.</summary>
public static class PictureFolder
{
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff"];

    /// <summary>The pictures of a folder by name, in ordinal order. A folder in MVTec layout stands for its <c>train/good</c>.</summary>
    /// <exception cref="PictureException">No such folder.</exception>
    public static IReadOnlyList<string> List(string folder)
    {
        if (!Directory.Exists(folder))
            throw new PictureException($"{folder}: no such folder.");
        var good = Path.Combine(folder, "train", "good");
        return [.. Directory.EnumerateFiles(Directory.Exists(good) ? good : folder).Where(IsPicture).Order(StringComparer.Ordinal)];
    }

    /// <summary>Whether a file's name says that it is a picture this library reads.</summary>
    public static bool IsPicture(string path) => Extensions.Contains(Path.GetExtension(path).ToLowerInvariant());
}
