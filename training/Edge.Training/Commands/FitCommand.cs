using Edge.Runtime;
using System.CommandLine;
using Edge.CommandLine;
using Edge.Runtime.Imaging;
using Edge.Training.Data;
using Edge.Training.Learning;
using Edge.Training.Networks;

namespace Edge.Training.Commands;

/// <summary><c>edge-train fit</c>: from a folder of good pictures to a bundle.</summary>
internal static class FitCommand
{
    public static Command Create()
    {
        var defaults = new FitOptions();
        var data = new Option<string>("--data") { Description = "Folder of good pictures, or one in MVTec layout (its train/good is used).", Required = true };
        var calibration = new Option<string?>("--calibration") { Description = "Folder of good pictures to calibrate with, of which a fifth (5 to 32) fit constants; none may be in --data. Default: some of --data are held out." };
        var output = new Option<string>("--out") { Description = "Folder of the bundle to write; training state goes to the same name with .training added.", Required = true };
        var budget = new Option<TimeSpan?>("--budget") { Description = "Time to train for, such as 90s, 20m or 1h30m. Default: 20m.", CustomParser = Durations.Parse };
        var steps = new Option<int?>("--steps") { Description = "Steps to train for, instead of a time; the same steps give the same network." };
        var size = new Option<int>("--size") { Description = "Longer side the median picture is scaled down to; all pictures are scaled by one factor. 0: not at all.", DefaultValueFactory = _ => defaults.Size };
        var depth = new Option<int>("--depth") { Description = "Bits of 16-bit pictures that the sensor fills, 8 to 16. Default: what each file says, or else 16." };
        var crop = new Option<int>("--crop") { Description = "Side of the crops it learns from, in pixels after scaling.", DefaultValueFactory = _ => defaults.Crop };
        var batch = new Option<int>("--batch") { Description = "Crops a step.", DefaultValueFactory = _ => defaults.Batch };
        var width = new Option<int>("--base") { Description = "Channels of the denoiser's first level.", DefaultValueFactory = _ => defaults.Network.Base };
        var unshuffle = new Option<int>("--unshuffle") { Description = "Side of the blocks of pixels that become channels: 1, 2 or 4. Each doubling costs a quarter, and 4 loses fine regular structure.", DefaultValueFactory = _ => defaults.Network.Unshuffle };
        var tMax = new Option<int>("--t-max") { Description = "Learn timesteps below this one only, of 1000.", DefaultValueFactory = _ => defaults.TMax };
        var learningRate = new Option<double>("--learning-rate") { Description = "Highest learning rate.", DefaultValueFactory = _ => defaults.LearningRate };
        var holdOut = new Option<int?>("--hold-out") { Description = "Pictures kept from training, a fifth of them (5 to 32) to fit constants and the rest to calibrate; 9 or more. Default: enough for 1 % false rejects, up to half." };
        var groups = new Option<string>("--groups")
        {
            Description = "Which pictures are held out together, so that none of those the threshold is taken from was trained on in another guise: alike (those that show the same "
                + "thing, in whatever light), none, or pictures of one roll, part or shift: auto (by what stands before the first _, - or blank of their names, where that "
                + "makes 8 groups or more) or a regular expression that finds the group in a name. Rolls are for sets of many: those held out are not trained on.",
            DefaultValueFactory = _ => defaults.Groups,
        };
        var noFlip = new Option<bool>("--no-flip") { Description = "Do not mirror crops; for parts whose mirror image would be a defect." };
        var keepExposure = new Option<bool>("--keep-exposure") { Description = "Do not vary the brightness, contrast and white balance of crops as the pictures do, nor give all pictures one exposure where theirs differ; for parts where a change of either is a defect." };
        var keepGeometry = new Option<bool>("--keep-geometry") { Description = "Do not turn or scale crops as the pictures lie; for parts where a small change of either is a defect." };
        var seed = new Option<ulong>("--seed") { Description = "Seed of everything drawn at random.", DefaultValueFactory = _ => defaults.Seed };
        var device = new Option<string>("--device") { Description = "cpu or cuda.", DefaultValueFactory = _ => defaults.Device };
        var precision = new Option<string>("--precision")
        {
            Description = "What convolutions compute in while training: fp32, bf16 (with AMX half the time and less, with AVX512_BF16 alone more), or auto: bf16 where the processor has AMX. The bundle is in 32 bits either way.",
            DefaultValueFactory = _ => "auto",
        };
        var resume = new Option<bool>("--resume") { Description = "Go on with the training that was stopped. --budget, --steps, --learning-rate and --precision may differ and are kept where they are not given; all else must be the same. "
                + "--backbone is no part of the training: give it again." };
        var force = new Option<bool>("--force") { Description = "Replace a bundle that is already there." };

        var other = new Option<string?>("--other")
        {
            HelpName = "folder", Description = "Pictures of other products: every profile must call them NG, here and wherever the bundle is verified. Eight are kept in the bundle.",
        };
        var backbone = BackboneOption.Create();
        var noInt8 = new Option<bool>("--no-int8") { Description = "Make no int8, such as for a GPU; 'quantise' adds it later." };

        var command = new Command("fit", "Trains on good pictures, calibrates and writes a bundle.")
        {
            data, calibration, output, budget, steps, size, depth, crop, batch, width, unshuffle, tMax, learningRate, holdOut, groups, noFlip, keepExposure, keepGeometry, seed, device, precision, resume, force, other,
            backbone, noInt8,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(budget) is not null && result.GetResult(steps) is not null)
                result.AddError("--budget and --steps exclude each other.");
        });
        command.SetAction((parsed, stop) => Task.Run(() =>
        {
            var options = new FitOptions
            {
                Network = new UNetOptions { Base = parsed.GetValue(width), Unshuffle = parsed.GetValue(unshuffle) },
                Budget = parsed.GetValue(steps) is null ? parsed.GetValue(budget) ?? defaults.Budget : null,
                Steps = parsed.GetValue(steps),
                Size = parsed.GetValue(size),
                Depth = parsed.GetValue(depth),
                Crop = parsed.GetValue(crop),
                Batch = parsed.GetValue(batch),
                TMax = parsed.GetValue(tMax),
                LearningRate = parsed.GetValue(learningRate),
                HoldOut = parsed.GetValue(holdOut),
                Groups = parsed.GetValue(groups)!,
                Flip = !parsed.GetValue(noFlip),
                VaryExposure = !parsed.GetValue(keepExposure),
                VaryGeometry = !parsed.GetValue(keepGeometry),
                Seed = parsed.GetValue(seed),
                Device = parsed.GetValue(device)!,
                Precision = TrainingPrecisions.Parse(parsed.GetValue(precision)!, parsed.GetValue(device)!),
            };
            if (parsed.GetValue(resume))
                options = Kept(options, new TrainingFolder(parsed.GetValue(output)!), Given(parsed, budget) || Given(parsed, steps), Given(parsed, learningRate), Given(parsed, precision));
            return TrainingException.Guard(() => Fit(parsed.GetValue(data)!, parsed.GetValue(calibration), parsed.GetValue(output)!, options, parsed.GetValue(resume), parsed.GetValue(force), parsed.GetValue(other),
                parsed.GetValue(backbone), !parsed.GetValue(noInt8), parsed.InvocationConfiguration.Error, stop));
        }, CancellationToken.None));
        return command;
    }

    /// <summary>On resume, what the training began with of what may change then and was not given.</summary>
    private static FitOptions Kept(FitOptions options, TrainingFolder folder, bool length, bool rate, bool precision)
    {
        var began = Checkpoint.Read(folder.Checkpoint).Options;
        return options with
        {
            Budget = length ? options.Budget : began.Budget,
            Steps = length ? options.Steps : began.Steps,
            LearningRate = rate ? options.LearningRate : began.LearningRate,
            Precision = precision ? options.Precision : began.Precision,
        };
    }

    private static bool Given(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <summary>One line: how many pictures train, fit and calibrate, and what false-reject rate that allows.</summary>
    internal static string Summary(PictureSet pictures, FitOptions options)
    {
        var groups = pictures.CalibrationGroups.Distinct().Count();
        return $"{pictures.Training.Count} pictures train, {pictures.Fitting.Count} fit constants and {pictures.Calibration.Count} calibrate"
            + $"{(groups < pictures.Calibration.Count ? $" ({groups} groups, by --groups {options.Groups})" : "")}: false-reject rates from {pictures.LeastAlpha:P2} on; "
            + $"{(pictures.Channels == 1 ? "grey" : "colour")}, scaled by {pictures.Preprocessing.Scale:0.###}"
            + $"{(pictures.Preprocessing.EqualExposure ? ", all given one exposure since theirs differ" : "")}; training in {options.Precision.ToString().ToLowerInvariant()}.";
    }

    private static int Fit(string data, string? calibration, string output, FitOptions options, bool resume, bool force, string? other, string? backbone,
        bool int8, TextWriter error, CancellationToken stop)
    {
        options.Validate();
        BundleFactory.RequireFree(output, force);
        var folder = new TrainingFolder(output);
        if (!resume && File.Exists(folder.Checkpoint) && !force)
            throw new ArgumentException($"{folder.Path} holds a training; go on with it (--resume) or start over (--force).");

        var frozen = BackboneOption.Open(backbone);
        var others = other is null ? [] : PictureFolder.List(other);
        PictureSet pictures;
        try
        {
            var reading = new ReadingReporter(TimeProvider.System, error);
            pictures = PictureSet.Load(data, calibration, options, reading.Report, stop, others, all => ProductNote.Of(all, stop));
        }
        catch (OperationCanceledException)
        {
            error.WriteLine("Stopped while the pictures were read; no step was taken.");
            return CommandHost.Interrupted;
        }
        options = options with { Network = options.Network with { Channels = pictures.Channels } };
        BackboneOption.RequireFit(backbone, frozen, pictures, options);
        Directory.CreateDirectory(folder.Path);
        error.WriteLine(Summary(pictures, options));
        foreach (var note in pictures.Notes)
            error.WriteLine(note);

        using var trainer = new Trainer(pictures, options, folder.Checkpoint, resume, error.WriteLine);
        error.WriteLine(trainer.Variation.Line);
        var reporter = new ProgressReporter(TimeProvider.System);
        var finished = trainer.Run(reporter.Report, stop);
        if (!finished)
        {
            error.WriteLine($"Stopped at step {trainer.State.Step}; the same command with --resume goes on from there.");
            return CommandHost.Interrupted;
        }
        TrainingPictures.Save(trainer, pictures, folder, error.WriteLine);
        try
        {
            BundleFactory.Create(trainer.Average, trainer.State, pictures, frozen, output, error.WriteLine, others: others, int8: int8, stop: stop);
        }
        catch (OperationCanceledException)
        {
            error.WriteLine("Stopped with the training done and no bundle written; 'edge-train export' with the same "
                + $"--data{(backbone is null ? "" : ", --backbone")} and --out writes it.");
            return CommandHost.Interrupted;
        }
        return CommandHost.Ok;
    }
}
