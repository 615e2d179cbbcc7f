using Edge.Runtime;
using Edge.Drawing;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;

namespace Edge.Commands;

/// <summary>Where overlays go. Pictures of one name from several folders get numbers.</summary>
internal sealed class OverlayFolder
{
    private readonly string folder;
    private readonly HashSet<string> taken = [];

    public OverlayFolder(string folder)
    {
        Directory.CreateDirectory(folder);
        this.folder = folder;
    }

    public void Write(string path, in Frame picture, InspectionResult result)
    {
        var stem = Path.GetFileNameWithoutExtension(path);
        var name = stem;
        for (var i = 2; !taken.Add(name); i++)
            name = $"{stem}-{i}";
        Overlay.Write(Path.Combine(folder, name + ".overlay.png"), picture, result.Map.Values, result.Map.Threshold,
            new OverlayCaption(result.IsNg, result.Score, result.Threshold, result.PValue, $"{new ProfileKey(result.Profile, result.Precision)}", Path.GetFileName(path)));
    }
}
