using Edge.CommandLine;
using Edge.Drawing;
using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Training.Commands;

namespace Edge.Training.Tests.Commands;

/// <summary>A bundle without int8 after a training of two steps, made once for all tests of a class. Each test works on a copy.</summary>
public sealed class TrainedBundle : IAsyncLifetime
{
    private readonly TestPictures pictures = new();
    private readonly string work = Directory.CreateTempSubdirectory("edge-trained-").FullName;
    private int copies;

    /// <summary>What it was trained on, and what it was calibrated with.</summary>
    public string Data => pictures.Folder;

    public async Task InitializeAsync()
    {
        pictures.Write(20);
        Directory.CreateDirectory(Path.Combine(work, "other"));
        // Far brighter than the good ones, so that every profile's gate refuses it.
        float[] bright = [.. Enumerable.Range(0, 48 * 48).Select(i => i % 2 == 0 ? 1f : 0.9f)];
        PictureWriter.Write(Path.Combine(work, "other", "bright.png"), bright, new PictureShape(1, 48, 48));
        Assert.Equal(0, await Run(TextWriter.Null, default, "fit", "--data", Data, "--out", Path.Combine(work, "b"), "--steps", "2", "--base", "16", "--crop", "64",
            "--batch", "2", "--groups", "none", "--other", Path.Combine(work, "other"), "--no-int8"));
    }

    public Task DisposeAsync()
    {
        pictures.Dispose();
        Directory.Delete(work, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>A copy of the bundle, with its training beside it.</summary>
    public string Copy()
    {
        var copy = Path.Combine(work, $"{++copies}", "b");
        foreach (var suffix in (string[])["", ".training"])
            foreach (var file in Contents(Path.Combine(work, "b") + suffix).Keys)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(copy + suffix, file))!);
                File.Copy(Path.Combine(work, "b") + suffix + "/" + file, Path.Combine(copy + suffix, file));
            }
        return copy;
    }

    /// <summary>The SHA-256 of every file, by its place in a folder.</summary>
    public static IReadOnlyDictionary<string, string> Contents(string folder) =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(path => Path.GetRelativePath(folder, path), BundleFolder.Hash);

    /// <summary>Runs <c>edge-train</c> in this process.</summary>
    public static Task<int> Run(TextWriter error, CancellationToken stop, params string[] arguments) =>
        CommandHost.Run(TrainingProgram.Root(), arguments, TextWriter.Null, error, stop: stop);
}
