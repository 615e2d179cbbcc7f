using Edge.Runtime.Bundles;
using Edge.Runtime.Inference;

namespace Edge.Runtime.Inspection;

/// <summary>
/// Gives a bundle another manifest and other profiles. All is made and tried in a copy, so that a fault leaves the bundle as it was.
/// </summary>
internal static class BundleRevision
{
    /// <summary>Writes it, with the scores that its golden samples get now. Every profile must call every negative control NG.</summary>
    /// <param name="bundle">The bundle as it is.</param>
    /// <param name="manifest">What it becomes; the files it names lie in the bundle's folder.</param>
    /// <param name="profiles">The profiles it becomes.</param>
    /// <param name="output">A new folder for it; null replaces the bundle.</param>
    public static Bundle Save(Bundle bundle, BundleManifest manifest, IReadOnlyDictionary<ProfileKey, Profile> profiles, string? output = null)
    {
        var draft = output is null ? Directory.CreateTempSubdirectory("edge-").FullName : $"{output.TrimEnd('/')}.{Environment.ProcessId}.new";
        try
        {
            CopyFiles(bundle.Folder, manifest, draft);
            BundleWriter.Save(manifest, profiles, draft);
            var tried = Bundle.Load(draft);
            NegativeControls.Require(tried, tried.Profiles, new InferenceOptions { Provider = ExecutionProvider.Cpu });
            var proved = manifest with { GoldenSamples = GoldenSamples.Expect(tried) };
            BundleWriter.Save(proved, profiles, output is null ? bundle.Folder : draft);
            if (output is not null)
                Directory.Move(draft, output);
            return Bundle.Load(output ?? bundle.Folder);
        }
        finally
        {
            if (Directory.Exists(draft))
                Directory.Delete(draft, recursive: true);
        }
    }

    private static void CopyFiles(string source, BundleManifest manifest, string target)
    {
        List<string> files =
        [
            .. manifest.Network.Files.Select(file => file.Entry.Path), .. manifest.GoldenSamples.Select(sample => sample.Path), .. manifest.Others.Select(other => other.Path),
        ];
        if (File.Exists(Path.Combine(source, TrainedPictures.FileName)))
            files.Add(TrainedPictures.FileName);
        foreach (var file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(target, file))!);
            File.Copy(Path.Combine(source, file), Path.Combine(target, file), overwrite: true);
        }
    }
}
