namespace Edge.Runtime.Imaging;

/// <summary>Finds pictures on disk.</summary>
public static class PictureFolder
{
    internal static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff"];

    /// <summary>The pictures of a folder by name, in ordinal order. A folder in MVTec layout stands for its <c>train/good</c>; a file named *.txt
    /// for the pictures it names, one path a line.</summary>
    /// <exception cref="PictureException">No such folder, or a named picture is missing.</exception>
    public static IReadOnlyList<string> List(string folder)
    {
        if (folder.EndsWith(".txt", StringComparison.OrdinalIgnoreCase) && File.Exists(folder))
        {
            string[] named = [.. File.ReadLines(folder).Select(line => line.Trim()).Where(line => line.Length > 0)];
            return named.FirstOrDefault(path => !File.Exists(path)) is { } missing ? throw new PictureException($"{folder}: names {missing}, which does not exist.") : named;
        }
        if (!Directory.Exists(folder))
            throw new PictureException($"{folder}: no such folder.");
        var good = Path.Combine(folder, "train", "good");
        return In(Directory.Exists(good) ? good : folder);
    }

    /// <summary>The pictures that lie in a folder itself, by name, in ordinal order.</summary>
    /// <exception cref="IOException">No such folder, or it cannot be read.</exception>
    public static IReadOnlyList<string> In(string folder) => [.. Directory.EnumerateFiles(folder).Where(IsPicture).Order(StringComparer.Ordinal)];

    /// <summary>Whether a file's name says that it is a picture this library reads.</summary>
    public static bool IsPicture(string path) => Extensions.Contains(Path.GetExtension(path).ToLowerInvariant());
}
