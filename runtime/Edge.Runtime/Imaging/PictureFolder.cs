namespace Edge.Runtime.Imaging;

/// <summary>Finds pictures on disk. What a system leaves in folders is not seen: names that begin with a dot, Thumbs.db, __MACOSX.</summary>
internal static class PictureFolder
{
    /// <summary>The endings of pictures' names, in small letters.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".pgm", ".ppm", ".pnm"];

    /// <summary>The pictures of a folder by name, in ordinal order. A folder in MVTec layout stands for its <c>train/good</c>; a file named *.txt
    /// for the pictures it names, one path a line.</summary>
    /// <exception cref="PictureException">No such folder, no pictures in it, or a named picture is missing.</exception>
    public static IReadOnlyList<string> List(string folder)
    {
        if (folder.EndsWith(".txt", StringComparison.OrdinalIgnoreCase) && File.Exists(folder))
            return Named(folder);
        if (!Directory.Exists(folder))
            throw new PictureException($"{folder}: no such folder.");
        var good = Path.Combine(folder, "train", "good");
        return Filled(Directory.Exists(good) ? good : folder);
    }

    /// <summary>The pictures that lie in a folder itself, by name, in ordinal order.</summary>
    /// <exception cref="IOException">No such folder, or it cannot be read.</exception>
    public static IReadOnlyList<string> In(string folder) =>
        [.. Directory.EnumerateFiles(folder).Where(IsPicture).Order(StringComparer.Ordinal)];

    /// <summary>As <see cref="In"/>, but a folder without pictures is an error that says where some are.</summary>
    /// <exception cref="PictureException">No such folder, or no pictures in it.</exception>
    public static IReadOnlyList<string> Filled(string folder)
    {
        try
        {
            return In(folder) is { Count: > 0 } pictures ? pictures : throw new PictureException(Missing(folder));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PictureException($"{folder}: cannot be listed ({e.Message.Split('\n')[0]}); check the folder and its permissions.", e);
        }
    }

    /// <summary>Says that a folder holds no pictures, and which of its folders do.</summary>
    /// <param name="folder">A folder that exists.</param>
    public static string Missing(string folder)
    {
        string[] deeper = [.. Subfolders(folder).Where(HoldsPictures).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        if (deeper.Length == 0)
            return $"{folder}: no pictures in this folder ({string.Join(' ', Extensions)}).";
        var named = string.Join(", ", deeper.Take(5)) + (deeper.Length > 5 ? $" and {deeper.Length - 5} more" : "");
        return $"{folder}: no pictures in this folder itself; they lie in its folders {named}. Name one of these.";
    }

    /// <summary>Says how many files of a folder are not read as pictures, and of what kind; null where there are none.</summary>
    /// <param name="folder">A folder that exists.</param>
    public static string? Unread(string folder)
    {
        var kinds = Directory.EnumerateFiles(folder).Where(path => !IsHidden(path) && !IsPicture(path))
            .GroupBy(path => Path.GetExtension(path).ToLowerInvariant() is { Length: > 1 } ending ? ending : "without an ending")
            .Select(group => (Kind: group.Key, Count: group.Count()))
            .OrderByDescending(kind => kind.Count).ThenBy(kind => kind.Kind, StringComparer.Ordinal).ToList();
        var count = kinds.Sum(kind => kind.Count);
        return count == 0 ? null
            : $"{folder}: {count} {(count == 1 ? "file is" : "files are")} not read: {string.Join(", ", kinds.Select(kind => $"{kind.Count} {kind.Kind}"))}.";
    }

    /// <summary>Whether a file's name says that it is a picture this library reads.</summary>
    public static bool IsPicture(string path) => !IsHidden(path) && Extensions.Contains(Path.GetExtension(path).ToLowerInvariant());

    /// <summary>Whether a file or folder is one that systems leave behind and nobody means.</summary>
    public static bool IsHidden(string path) => Path.GetFileName(path) is var name
        && (name.StartsWith('.') || name == "__MACOSX" || name.Equals("Thumbs.db", StringComparison.OrdinalIgnoreCase));

    /// <summary>The folders in a folder that are not hidden, by name.</summary>
    /// <exception cref="IOException">No such folder, or it cannot be read.</exception>
    public static IEnumerable<string> Subfolders(string folder) =>
        Directory.EnumerateDirectories(folder).Where(path => !IsHidden(path)).Order(StringComparer.Ordinal);

    private static bool HoldsPictures(string folder)
    {
        var deep = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 4, IgnoreInaccessible = true };
        return Directory.EnumerateFiles(folder, "*", deep).Any(IsPicture);
    }

    private static string[] Named(string list)
    {
        if (UnixFile.IsSpecial(list))
            throw new PictureException($"{list}: a pipe, socket or device, not a file; name a list of pictures.");
        string[] named = [.. File.ReadLines(list).Select(line => line.Trim()).Where(line => line.Length > 0)];
        return named.FirstOrDefault(path => !File.Exists(path)) is { } missing
            ? throw new PictureException($"{list}: names {missing}, which does not exist.")
            : named;
    }
}
