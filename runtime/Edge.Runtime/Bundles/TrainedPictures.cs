namespace Edge.Runtime.Bundles;

/// <summary>
/// What a bundle's network was trained on, by contents: the file <c>trained_on.sha256</c> beside <c>bundle.yaml</c>, a line per picture as sha256sum
/// prints it. It takes no part in the bundle's hash. A bundle without it says nothing of its training, and nothing can be checked.
/// </summary>
internal static class TrainedPictures
{
    /// <summary>The file's name in the bundle's folder.</summary>
    public const string FileName = "trained_on.sha256";

    private const int HashLength = 64;

    /// <summary>Writes the record.</summary>
    /// <param name="folder">The bundle.</param>
    /// <param name="pictures">SHA-256 in hexadecimal and file of each; of the file the name is kept.</param>
    public static void Write(string folder, IEnumerable<(string Sha256, string File)> pictures) =>
        File.WriteAllLines(Path.Combine(folder, FileName), pictures.Select(picture =>
            $"{picture.Sha256}  {Path.GetFileName(picture.File).ReplaceLineEndings(" ")}"));

    /// <summary>Refuses pictures for a calibration that the network was trained on, whatever they are called now.</summary>
    /// <param name="folder">The bundle.</param>
    /// <param name="pictures">Files that shall calibrate.</param>
    /// <param name="option">The option that names them, with its value, for the message.</param>
    /// <exception cref="PictureException">One of them was trained on.</exception>
    /// <exception cref="BundleException">The record is damaged.</exception>
    public static void RequireNone(string folder, IReadOnlyList<string> pictures, string option)
    {
        var record = Path.Combine(folder, FileName);
        if (!File.Exists(record))
            return;
        var trained = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (line, text) in File.ReadLines(record).Index())
        {
            if (text.Length < HashLength || !text.AsSpan(0, HashLength).ContainsOnlyHex())
                throw new BundleException($"{record}: line {line + 1} is no SHA-256 and a name; copy the whole bundle again.");
            trained.Add(text[..HashLength]);
        }
        string[] both = [.. pictures.Where(File.Exists).Where(picture => trained.Contains(BundleFolder.Hash(picture)))];
        if (both.Length > 0)
            throw new PictureException($"{option}: {both.Length} of its {pictures.Count} pictures were trained on "
                + $"(such as {both[0]}, by {record}). A threshold from them rejects too many good parts; give pictures that took no part in training.");
    }

    private static bool ContainsOnlyHex(this ReadOnlySpan<char> text)
    {
        foreach (var c in text)
            if (!char.IsAsciiHexDigit(c))
                return false;
        return true;
    }
}
