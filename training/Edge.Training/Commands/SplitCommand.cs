using System.CommandLine;
using Edge.CommandLine;
using Edge.Drawing;
using Edge.Runtime;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;
using Edge.Training.Data;

namespace Edge.Training.Commands;

/// <summary><c>edge-train split</c>: what training, calibration and a trial need, from a few large pictures, with no pixel on two sides.</summary>
internal static class SplitCommand
{
    public static Command Create()
    {
        var data = new Option<string>("--data") { Description = "Folder of large good pictures, such as a web or a photograph.", Required = true };
        var output = new Option<string>("--out") { Description = "Folder to write: train/good, calibration and set-aside.", Required = true };
        var side = new Option<int>("--side") { Description = "Side of the square pieces, in pixels; they do not overlap.", DefaultValueFactory = _ => 256 };
        var calibration = new Option<double>("--calibration") { Description = "Share of each picture's width whose pieces are for calibration.", DefaultValueFactory = _ => 0.375 };
        var aside = new Option<double>("--set-aside") { Description = "Share, from the right, whose pieces are set aside for trying the result.", DefaultValueFactory = _ => 0.25 };
        var command = new Command("split", "Splits large pictures: the left part to train on, pieces of the rest for calibration and for trying the result.")
        {
            data, output, side, calibration, aside,
        };
        command.SetAction(parsed => Split(parsed.GetValue(data)!, parsed.GetValue(output)!, parsed.GetValue(side), parsed.GetValue(calibration), parsed.GetValue(aside)));
        return command;
    }

    private static int Split(string data, string output, int side, double calibration, double aside)
    {
        if (side < Preprocessor.MinSide)
            throw new ArgumentException($"--side {side} is below {Preprocessor.MinSide}.");
        if (calibration <= 0 || aside < 0 || calibration + aside >= 1)
            throw new ArgumentException($"--calibration {calibration} and --set-aside {aside} must leave a part to train on.");
        if (Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).Any())
            throw new ArgumentException($"{output} is not empty; name a new folder.");

        foreach (var path in PictureFolder.List(data))
        {
            var (picture, name) = (PictureSet.Read(path), Path.GetFileNameWithoutExtension(path));
            var columns = picture.Shape.Width / side;
            var (last, middle) = ((int)Math.Round(aside * columns), (int)Math.Round(calibration * columns));
            if (columns - last - middle < 1 || middle < 1 || picture.Shape.Height < side)
                throw new PictureException($"{path}: {picture.Shape.Width}x{picture.Shape.Height} pixels is too small for pieces of {side}; use a smaller --side.");

            var left = picture.Shape with { Width = (columns - last - middle) * side };
            Write(picture, left, 0, 0, Path.Combine(output, "train", "good"), $"{name}.png");
            for (var column = columns - last - middle; column < columns; column++)
                for (var row = 0; row < picture.Shape.Height / side; row++)
                    Write(picture, picture.Shape with { Height = side, Width = side }, row * side, column * side,
                        Path.Combine(output, column < columns - last ? "calibration" : "set-aside"), $"{name}_{row:00}_{column:00}.png");
        }
        Console.Error.WriteLine($"Wrote {output}: train on it with --data {output} --calibration {Path.Combine(output, "calibration")}.");
        return CommandHost.Ok;
    }

    private static void Write(TrainingPicture picture, PictureShape shape, int top, int left, string folder, string name)
    {
        Directory.CreateDirectory(folder);
        var piece = new float[shape.Length];
        picture.Cut(shape, top, left, piece);
        PictureWriter.Write(Path.Combine(folder, name), piece, shape);
    }
}
