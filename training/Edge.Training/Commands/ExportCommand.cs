using System.CommandLine;
using Edge.CommandLine;
using Edge.Runtime.Imaging;
using Edge.Training.Data;
using Edge.Training.Learning;
using Edge.Training.Networks;

namespace Edge.Training.Commands;

/// <summary><c>edge-train export</c>: a bundle from a training's last checkpoint, finished or not.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var data = new Option<string>("--data") { Description = "The pictures the training was given.", Required = true };
        var calibration = new Option<string?>("--calibration") { Description = "The calibration pictures the training was given, if any." };
        var output = new Option<string>("--out") { Description = "The bundle to write; the checkpoint is read from the same name with .training added.", Required = true };
        var force = new Option<bool>("--force") { Description = "Replace a bundle that is already there." };
        var other = new Option<string?>("--other") { HelpName = "folder", Description = "Pictures of other products, which every profile must call NG." };
        var exclude = new Option<string[]>("--exclude")
        {
            HelpName = "name", Description = "File name of a held-out picture that is not good after all: it neither fits nor calibrates. Repeat it for several.",
        };
        var backbone = BackboneOption.Create();
        var noInt8 = new Option<bool>("--no-int8") { Description = "Make no int8, such as for a GPU; 'quantise' adds it later." };
        var command = new Command("export", "Writes the bundle of a training's last checkpoint, and proves that ONNX Runtime computes what the trainer does.")
        {
            data, calibration, output, force, other, exclude, backbone, noInt8,
        };
        command.SetAction((parsed, stop) => Task.Run(() =>
        {
            var error = parsed.InvocationConfiguration.Error;
            var place = parsed.GetValue(output)!;
            try
            {
                return TrainingException.Guard(() => Export(parsed.GetValue(data)!, parsed.GetValue(calibration), place, parsed.GetValue(force),
                    parsed.GetValue(other), parsed.GetValue(exclude) ?? [], parsed.GetValue(backbone), !parsed.GetValue(noInt8), error.WriteLine, stop));
            }
            catch (OperationCanceledException)
            {
                error.WriteLine($"Stopped; nothing was written to {place}, and the training is as it was. The same command exports it.");
                return CommandHost.Interrupted;
            }
        }, CancellationToken.None));
        return command;
    }

    private static int Export(string data, string? calibration, string output, bool force, string? other, string[] exclude, string? backbone, bool int8,
        Action<string> log, CancellationToken stop)
    {
        BundleFactory.RequireFree(output, force);
        var frozen = BackboneOption.Open(backbone);
        TorchLibrary.EnsureLoaded();
        var path = new TrainingFolder(output).Checkpoint;
        var options = Checkpoint.Read(path).Options;
        var others = other is null ? [] : PictureFolder.List(other);
        var pictures = PictureSet.Load(data, calibration, options, stop: stop, others: others);
        BackboneOption.RequireFit(backbone, frozen, pictures, options);
        using var average = new TrainedNetworks(options.Network, options.DefectNetwork);
        var checkpoint = Checkpoint.Load(path, average);
        checkpoint.RequireSame(pictures, path);
        BundleFactory.Create(average, checkpoint, pictures.Without(exclude), frozen, output, log, others: others, int8: int8, stop: stop);
        return CommandHost.Ok;
    }
}
