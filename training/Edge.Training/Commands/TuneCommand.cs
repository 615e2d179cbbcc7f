using Edge.Runtime;
using System.CommandLine;
using Edge.CommandLine;
using Edge.Evaluation;
using Edge.Training.Data;
using Edge.Training.Learning;
using Edge.Training.Networks;

namespace Edge.Training.Commands;

/// <summary><c>edge-train tune</c>: chooses the settings anew and says what they were chosen by.</summary>
internal static class TuneCommand
{
    public static Command Create()
    {
        var data = new Option<string>("--data") { Description = "The pictures the training was given.", Required = true };
        var calibration = new Option<string?>("--calibration") { Description = "The calibration pictures the training was given, if any." };
        var output = new Option<string>("--out") { Description = "The bundle; it is written anew from the training of the same name with .training added.", Required = true };
        var against = new Option<string?>("--against") { Description = "A labelled set in MVTec AD's layout: the report says how well the synthetic defects ranked the settings. Nothing is chosen by it." };
        var seed = new Option<ulong>("--seed") { Description = "Seed of the synthetic defects." };
        var thorough = new Option<bool>("--thorough") { Description = "Also ask what the network must be asked anew for: the mode of T scales, and everything of a reconstruction, which becomes the profile 'tuned-reconstruct'. Takes minutes." };
        var command = new Command("tune", """
            Chooses levels, zones, widths, aggregation and score of the profile 'tuned' on held-out good pictures against the same pictures with
            synthetic defects, writes the bundle with it as the default, and tune.md beside the training: every candidate, the choice, its margin.
            'fit' and 'export' end with the same tuning.
            """) { data, calibration, output, against, seed, thorough };
        command.SetAction(parsed => TrainingException.Guard(() =>
            Tune(parsed.GetValue(data)!, parsed.GetValue(calibration), parsed.GetValue(output)!, parsed.GetValue(against), parsed.GetValue(seed), parsed.GetValue(thorough))));
        return command;
    }

    private static int Tune(string data, string? calibration, string output, string? against, ulong seed, bool thorough)
    {
        TorchLibrary.EnsureLoaded();
        var path = new TrainingFolder(output).Checkpoint;
        var options = Checkpoint.Read(path).Options;
        var real = against is null ? null : DefectDataset.Open(against);
        if (real?.Pictures.FirstOrDefault(picture => picture.Kind is not null && picture.MaskFiles.Count == 0) is { } bare)
            throw new PictureException($"{bare.File}: has no mask, and {against} is of use here only with ground truth.");
        var pictures = PictureSet.Load(data, calibration, options);
        using var average = new UNetModel(options.Network);
        var checkpoint = Checkpoint.Load(path, average);
        checkpoint.RequireSame(pictures, path);
        Console.Out.WriteLine(BundleFactory.Create(average, checkpoint, pictures, output, Console.Error.WriteLine, seed, real, thorough: thorough));
        return CommandHost.Ok;
    }
}
