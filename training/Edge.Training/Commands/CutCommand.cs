using System.CommandLine;
using Edge.Commands;
using Edge.Runtime;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;
using Edge.Training.Data;

namespace Edge.Training.Commands;

/// <summary><c>edge-train cut</c>: many small pictures from a few large ones, and a part of each set aside for trying the result.</summary>
internal static class CutCommand
{
    public static Command Create()
    {
        var data = new Option<string>("--data") { Description = "Folder of large good pictures.", Required = true };
        var output = new Option<string>("--out") { Description = "Folder to write: train/good, and set-aside for the lowest part of each picture.", Required = true };
        var side = new Option<int>("--side") { Description = "Side of the square pieces, in pixels; they do not overlap.", DefaultValueFactory = _ => 256 };
        var aside = new Option<double>("--set-aside") { Description = "Share of each picture's height, from below, that goes to set-aside.", DefaultValueFactory = _ => 0.25 };
        var command = new Command("cut", "Cuts large pictures, such as a web or a photograph, into pieces to train on.") { data, output, side, aside };
        command.SetAction(parsed => Cut(parsed.GetValue(data)!, parsed.GetValue(output)!, parsed.GetValue(side), parsed.GetValue(aside)));
        return command;
    }

    private static int Cut(string data, string output, int side, double aside)
    {
        if (side < Preprocessor.MinSide)
            throw new ArgumentException($"--side {side} is below {Preprocessor.MinSide}.");
        if (aside is < 0 or >= 1)
            throw new ArgumentException($"--set-aside {aside} is outside 0 to below 1.");
        var (train, rest) = (Path.Combine(output, "train", "good"), Path.Combine(output, "set-aside"));
        Directory.CreateDirectory(train);
        Directory.CreateDirectory(rest);
        var pieces = 0;
        foreach (var path in PictureFolder.List(data))
        {
            var picture = PictureSet.Read(path);
            var (rows, columns) = (picture.Shape.Height / side, picture.Shape.Width / side);
            if (rows == 0 || columns == 0)
                throw new PictureException($"{path}: {picture.Shape.Width}x{picture.Shape.Height} pixels is smaller than a piece of {side}; use a smaller --side.");
            var shape = new PictureShape(picture.Shape.Channels, side, side);
            var piece = new float[shape.Length];
            for (var row = 0; row < rows; row++)
                for (var column = 0; column < columns; column++)
                {
                    picture.Crop(side, row * side, column * side, false, false, piece);
                    var folder = row >= rows - (int)Math.Round(aside * rows) ? rest : train;
                    PictureWriter.Write(Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(path)}_{row:00}_{column:00}.png"), piece, shape);
                    pieces++;
                }
        }
        Console.Error.WriteLine($"Wrote {pieces} pieces of {side}x{side} to {output}.");
        return CommandHost.Ok;
    }
}
