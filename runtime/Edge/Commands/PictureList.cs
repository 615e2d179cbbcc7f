using Edge.Runtime.Imaging;

namespace Edge.Commands;

/// <summary>The pictures that lie in a folder itself, by name.</summary>
internal static class PictureList
{
    public static IReadOnlyList<string> Of(string folder) =>
        [.. Directory.EnumerateFiles(folder).Where(PictureFolder.IsPicture).Order(StringComparer.Ordinal)];
}
