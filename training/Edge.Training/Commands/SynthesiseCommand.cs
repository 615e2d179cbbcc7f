using System.CommandLine;
using Edge.CommandLine;
using Edge.Drawing;
using Edge.Runtime;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;
using Edge.Training.Data;
using Edge.Training.Learning;

namespace Edge.Training.Commands;

/// <summary><c>edge-train synthesise</c>: a test set in MVTec layout from good pictures alone, for whoever has no defects yet.</summary>
internal static class SynthesiseCommand
{
    public static Command Create()
    {
        var data = new Option<string>("--data") { Description = "Folder of good pictures that no training has seen.", Required = true };
        var output = new Option<string>("--out") { Description = "Folder to write: test/good, test/<kind> and ground_truth/<kind>.", Required = true };
        var seed = new Option<ulong>("--seed") { Description = "Seed of everything drawn at random." };
        var command = new Command("synthesise", "Paints synthetic defects into good pictures: scratch, spot, patch, foreign, blur, brightness, missing, bent. 'edge-bench accuracy' reads the result.") { data, output, seed };
        command.SetAction(parsed => Synthesise(parsed.GetValue(data)!, parsed.GetValue(output)!, parsed.GetValue(seed)));
        return command;
    }

    private static int Synthesise(string data, string output, ulong seed)
    {
        if (Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).Any())
            throw new ArgumentException($"{output} is not empty; name a new folder.");
        var paths = PictureFolder.List(data);
        if (paths.Count < 2)
            throw new PictureException($"{data}: {paths.Count} pictures; at least 2 are needed.");

        // Every other picture stays good; the kinds take turns on the rest.
        var kinds = Enum.GetValues<DefectKind>();
        for (var i = 0; i < paths.Count; i++)
        {
            var name = Path.GetFileNameWithoutExtension(paths[i]);
            var picture = PictureSet.Read(paths[i]);
            if (i % 2 == 0)
            {
                PictureWriter.Write(Place(output, "test", "good", $"{name}.png"), picture.Values, picture.Shape);
                continue;
            }
            var kind = kinds[i / 2 % kinds.Length];
            var draws = new Draws(seed, (ulong)i);
            var (values, mask) = SyntheticDefects.Paint(picture, kind, ref draws);
            var folder = kind.ToString().ToLowerInvariant();
            PictureWriter.Write(Place(output, "test", folder, $"{name}.png"), values, picture.Shape);
            PictureWriter.WriteMask(Place(output, "ground_truth", folder, $"{name}_mask.png"), mask, picture.Shape);
        }
        Console.Error.WriteLine($"Wrote {(paths.Count + 1) / 2} good pictures and {paths.Count / 2} with defects to {output}.");
        return CommandHost.Ok;
    }

    private static string Place(string output, params string[] parts)
    {
        var path = Path.Combine([output, .. parts]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }
}
