using Edge.Runtime;
using System.CommandLine;
using System.CommandLine.Parsing;
using Edge.Bench.Ablation;
using Edge.Bench.Cover;
using Edge.Bench.Peer;
using Edge.Bench.Promise;
using Edge.Bench.Report;
using Edge.Bench.Sessions;
using Edge.Bench.Speed;
using Edge.CommandLine;
using Edge.Evaluation;
using Edge.Runtime.Bundles;
using Edge.Runtime.Inference;

namespace Edge.Bench;

/// <summary>The command line of <c>edge-bench</c>.</summary>
/// <param name="open">Opens a bundle.</param>
internal sealed class BenchProgram(Func<string, SubjectOptions, ISubject> open)
{
    /// <summary>The commands.</summary>
    public RootCommand Commands() => new("Accuracy, latency and robustness of a bundle, profile by profile. Exit codes: 0 done, 1 slower than a baseline, 2 usage or unreadable data, 3 bundle, 4 device.")
    {
        AccuracyCommand(),
        LatencyCommand(),
        SweepCommand(),
        RooflineCommand(),
        ReportCommand(),
        RobustnessCommand(),
        CoverCommand(),
        PromiseCommand(),
        PeerCommand(),
        AblationCommand(),
        TuneCommand(),
        GpuCheckCommand(),
    };

    Command AccuracyCommand()
    {
        Option<string> bundle = BundleOption();
        Option<ProfileKey[]> profiles = ProfilesOption();
        Option<bool> json = JsonOption();
        Option<string> data = DataOption();
        Option<double?> alpha = AlphaOption();
        Option<int> depth = DepthOption();

        var command = new Command("accuracy", """
            Inspects the test pictures of a data set with each profile and prints the field's metrics with 95 % intervals.
            AUPRO is the official MVTec AD one: regions of 8 neighbours, every distinct score a threshold, false-positive rate over all pixels that are
            not defective (good pictures included), to 0.3 with interpolation there, divided by 0.3; it differs from the 200-threshold habit by 1 to 3 points.
            AUPIMO: recall per defective picture over the logarithm of the false-positive rate of the good pictures, 1e-5 to 1e-4.
            recall_at_1pct takes its threshold from the good test pictures, false_rejects_seen from the bundle.
            Where a set has several kinds of defect, each folder of test/ is one, and what becomes of each is said for the default profile (with --json: for all).
            A set without defects reports false rejects only.
            """) { bundle, data, profiles, alpha, depth, json };
        command.SetAction(parsed => new AccuracyBench(open, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error).Run(
            parsed.GetRequiredValue(bundle), parsed.GetRequiredValue(data), parsed.GetValue(profiles) ?? [], parsed.GetValue(alpha), parsed.GetValue(json),
            parsed.GetValue(depth)));
        return command;
    }

    Command PeerCommand()
    {
        Option<string> bundle = BundleOption(), data = DataOption();
        Option<string?> normals = new("--normals") { HelpName = "folder", Description = "Good pictures that PatchCore remembers. Default: train/good of the data set." };
        Option<ProfileKey[]> profiles = ProfilesOption();
        Option<int> vectors = new("--vectors")
        {
            HelpName = "count", Description = "Vectors that PatchCore keeps.", DefaultValueFactory = _ => 10_000,
            CustomParser = result => result.ReadNumber(result.Tokens[0].Value, "a number of vectors", (int count) => count > 0),
        };
        Option<int> size = new("--size")
        {
            HelpName = "pixels", Description = "Longer side that PatchCore's median picture is scaled down to.", DefaultValueFactory = _ => 256,
            CustomParser = result => result.ReadNumber(result.Tokens[0].Value, "a number of pixels from 64", (int side) => side >= 64),
        };
        Option<bool> json = JsonOption();
        Option<int> depth = DepthOption();
        var command = new Command("peer", """
            Measures profiles of a bundle beside PatchCore (arXiv 2106.08265) on the same test pictures: the memory bank that users of anomalib would take, with the
            ResNet-18 that bundles carry. It is filled anew from the good pictures, which takes some seconds, and has no threshold.
            """) { bundle, data, normals, profiles, vectors, size, depth, json };
        command.SetAction(parsed => new PeerBench(open, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error).Run(
            parsed.GetRequiredValue(bundle), parsed.GetRequiredValue(data), parsed.GetValue(normals), parsed.GetValue(profiles) ?? [], parsed.GetValue(vectors),
            parsed.GetValue(size), parsed.GetValue(json), parsed.GetValue(depth)));
        return command;
    }

    Command LatencyCommand()
    {
        Option<string> bundle = BundleOption();
        Option<ProfileKey[]> profiles = ProfilesOption();
        Option<int[]> threads = ThreadsOption();
        Option<int> n = PicturesOption(50);
        Option<bool> json = JsonOption(), markdown = MarkdownOption();
        Option<string?> data = new("--data") { HelpName = "folder", Description = "Data set in MVTec AD's layout; each profile is measured on it as by accuracy." };
        Option<int> depth = DepthOption();
        Option<string?> plot = PlotOption();
        Option<string?> baseline = new("--baseline") { HelpName = "file", Description = "What an earlier run printed with --json; compares p50 and exits with 1 where one is slower." };
        Option<double> tolerance = new("--tolerance")
        {
            HelpName = "share", Description = "Share by which p50 may exceed the baseline's.", DefaultValueFactory = _ => 0.1,
            CustomParser = result => result.ReadNumber(result.Tokens[0].Value, "a share of 0 or more, such as 0.1", (double share) => share >= 0 && double.IsFinite(share)),
        };
        Option<double?> rate = new("--rate")
        {
            HelpName = "hertz", Description = "Pictures due a second. Latency then counts from when a picture was due, however late the one before it was.",
            CustomParser = result => result.ReadNumber(result.Tokens[0].Value, "a number of pictures a second above 0", (double hertz) => hertz > 0 && double.IsFinite(hertz)),
        };
        Option<bool> peer = new("--peer") { Description = "Also time what the DDAD recipe costs here: its U-Net of base 32 with random weights, 10 evaluations." };

        var command = new Command("latency", """
            Times the bundle's golden samples from the frame in memory to the verdict, one picture after the other or at a line's rate.
            Loading and the first picture are timed apart and three more pictures warm up before the n that count. Exit code 1: slower than the baseline.
            """) { bundle, profiles, threads, n, data, depth, rate, peer, plot, baseline, tolerance, json, markdown };
        command.Validators.Add(OneFormat(json, markdown));
        command.SetAction(parsed => new LatencyBench(open, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error).Run(new LatencySettings
        {
            Bundle = parsed.GetRequiredValue(bundle), Profiles = parsed.GetValue(profiles) ?? [], Threads = parsed.GetValue(threads) ?? [], Pictures = parsed.GetValue(n),
            Rate = parsed.GetValue(rate), WithPeer = parsed.GetValue(peer), Data = parsed.GetValue(data), Depth = parsed.GetValue(depth), Plot = parsed.GetValue(plot),
            Baseline = parsed.GetValue(baseline), Tolerance = parsed.GetValue(tolerance), Format = Format(parsed, json, markdown),
        }));
        return command;
    }

    Command SweepCommand()
    {
        Option<string> bundle = BundleOption(), data = DataOption(), normals = NormalsOption();
        Option<int[]> threads = ThreadsOption();
        Option<int> n = PicturesOption(50), depth = DepthOption();
        Option<bool> json = JsonOption(), markdown = MarkdownOption();
        Option<string?> plot = PlotOption();
        Option<SweepSet[]> levels = new("--levels")
        {
            HelpName = "25;25 50;log-odds 100",
            Description = "What is read, separated by semicolons: noise levels by spaces, and the word log-odds. Default: every set of 8, 25, 50, 100 and 200 below the network's t_max, and the log-odds alone and with each of them.",
            CustomParser = ReadLevels,
        };

        var command = new Command("sweep", """
            Crosses sets of T scales, and the log-odds, with accuracy and latency in one table. The network sees each picture once a level; every set is calibrated on
            the same good pictures and judged on the same test pictures, and each size of set is timed once, as latency does. The bundle stays as it is.
            """) { bundle, normals, data, levels, depth, threads, n, plot, json, markdown };
        command.Validators.Add(OneFormat(json, markdown));
        command.SetAction(parsed => new SweepBench(open, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error).Run(
            parsed.GetRequiredValue(bundle), parsed.GetRequiredValue(normals), parsed.GetRequiredValue(data), parsed.GetValue(levels) ?? [], parsed.GetValue(threads) ?? [],
            parsed.GetValue(n), Format(parsed, json, markdown), parsed.GetValue(plot), parsed.GetValue(depth)));
        return command;
    }

    Command RooflineCommand()
    {
        Option<string> bundle = BundleOption();
        Option<ProfileKey?> profile = ProfileOption();
        Option<int> threads = new("--threads")
        {
            HelpName = "count", Description = "Threads of one network evaluation. Default: the processors.",
            CustomParser = result => result.ReadNumber(result.Tokens[0].Value, "a number of threads", (int count) => count > 0),
        };
        Option<int> n = PicturesOption(20);
        Option<double> peak = new("--peak-seconds")
        {
            HelpName = "seconds", Description = "Time for each of the five measurements of the machine.", DefaultValueFactory = _ => 1,
            CustomParser = result => result.ReadNumber(result.Tokens[0].Value, "a time above 0", (double seconds) => seconds > 0 && double.IsFinite(seconds)),
        };
        Option<bool> json = JsonOption(), markdown = MarkdownOption();

        var command = new Command("roofline", """
            Sets what each operator type of a profile's networks achieves, as ONNX Runtime's own profiling times it, against what this machine was
            measured to do: a large convolution and a large matrix product in 32-bit floats and in 8-bit integers, and a copy of memory.
            """) { bundle, profile, threads, n, peak, json, markdown };
        command.Validators.Add(OneFormat(json, markdown));
        command.SetAction(parsed => new RooflineBench(open, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error).Run(
            parsed.GetRequiredValue(bundle), parsed.GetValue(profile), parsed.GetValue(threads), parsed.GetValue(n), parsed.GetValue(peak), Format(parsed, json, markdown)));
        return command;
    }

    Command RobustnessCommand()
    {
        Option<string> bundle = BundleOption();
        Option<bool> json = JsonOption();
        Option<string> data = GoodPicturesOption();
        Option<ProfileKey?> profile = ProfileOption();
        Option<int> depth = DepthOption();
        Option<bool> write = new("--write") { Description = "Write the tolerance into BUNDLE.tolerance.yaml beside the bundle, where edge calibrate and edge bundle show read it." };

        var command = new Command("robustness", """
            Changes good pictures in brightness, contrast, blur, noise, JPEG quality, rotation and scale, step by step, and prints how scores and
            false rejects move: the median score as a factor of that of the pictures as they are, and the share rejected.
            Tolerated is what reaches from no change to the last strength at which the rejected are no more than chance allows at the threshold's
            false-reject rate (the count a binomial variable exceeds with a probability below 5 %).
            Inspects every picture some fifty times.
            """) { bundle, data, profile, depth, json, write };
        command.SetAction(parsed => new RobustnessBench(open, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error).Run(
            parsed.GetRequiredValue(bundle), parsed.GetRequiredValue(data), parsed.GetValue(profile), parsed.GetValue(json), parsed.GetValue(write),
            parsed.GetValue(depth)));
        return command;
    }

    Command CoverCommand()
    {
        Option<string> bundle = BundleOption(), data = GoodPicturesOption();
        Option<ProfileKey[]> profiles = ProfilesOption();
        Option<bool> json = JsonOption();
        Option<int> depth = DepthOption();

        var command = new Command("cover", """
            Paints defects that cover 5, 20, 60 and 100 % of good pictures, and counts how many of these are NG with each profile. All should be.
            Stain: darker, or like rust in colour, with blotches. Foreign: another texture of the picture's own brightness, colour and contrast.
            Blur: structure is missing.
            Takes at most 12 pictures, spread evenly, and inspects each 13 times.
            """) { bundle, data, profiles, depth, json };
        command.SetAction(parsed => new CoverBench(open, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error).Run(
            parsed.GetRequiredValue(bundle), parsed.GetRequiredValue(data), parsed.GetValue(profiles) ?? [], parsed.GetValue(json),
            parsed.GetValue(depth)));
        return command;
    }

    Command PromiseCommand()
    {
        Option<string> bundle = BundleOption(), data = DataOption();
        Option<ProfileKey[]> profiles = ProfilesOption();
        Option<bool> json = JsonOption();
        Option<int> depth = DepthOption();
        Option<double[]> alphas = new("--alphas")
        {
            HelpName = "0.01,0.02", Description = "False-reject rates asked for, separated by commas.", DefaultValueFactory = _ => [0.01, 0.02, 0.05],
            CustomParser = result =>
                [.. Split(result).Select(text => result.ReadNumber(text, "a rate above 0 and below 1", (double rate) => rate is >= 1e-9 and < 1))],
        };
        Option<int> splits = new("--splits")
        {
            HelpName = "count", Description = "Random splits.", DefaultValueFactory = _ => 200,
            CustomParser = result => result.ReadNumber(result.Tokens[0].Value, "a number of splits", (int count) => count > 0),
        };
        Option<int> seed = new("--seed")
        {
            HelpName = "number", Description = "Seed of the splits.", DefaultValueFactory = _ => 0,
            CustomParser = result => result.ReadNumber(result.Tokens[0].Value, "a whole number", (int _) => true),
        };

        var command = new Command("promise", """
            Splits good pictures at random into halves, calibrates on one and counts false rejects on the other: how rates vary around the promise.
            Takes the good pictures of the data set, and those that calibrated the bundle, as BUNDLE.training/pictures.json names them. Pictures
            trained on are refused, those fitted on left out. Where the calibration pictures have groups, whole groups are split. The data set's
            pictures are not, since their groups are not known.
            What is promised is the mean over calibrations. Random halves are alike by construction, so the splits do not show whether the line's
            pictures are like the calibration's. For that the last column counts the data set's pictures with the bundle's own calibration.
            """) { bundle, data, splits, alphas, seed, profiles, depth, json };
        command.SetAction(parsed => new PromiseBench(open, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error).Run(
            parsed.GetRequiredValue(bundle), parsed.GetRequiredValue(data), parsed.GetValue(profiles) ?? [], parsed.GetRequiredValue(alphas),
            parsed.GetValue(splits), parsed.GetValue(seed), parsed.GetValue(json), parsed.GetValue(depth)));
        return command;
    }

    Command AblationCommand()
    {
        Option<string> bundle = BundleOption();
        Option<string> data = DataOption();
        Option<string> normals = NormalsOption();
        Option<int> depth = DepthOption();
        Option<string[]> variants = new("--variants") { HelpName = "a,b", Description = "Variants, separated by commas. Default: all.", CustomParser = Split };

        var command = new Command("ablation", """
            Puts the parts of the method on and off: T scales of one to five levels, noised and noiseless, conditioning, blur guidance, pixel and
            feature comparison, the cascade of both. Every variant is calibrated on the same good pictures and measured on the same test pictures;
            the bundle stays as it is. Prints a Markdown table; what it all costs in time, sweep and latency say.
            """) { bundle, normals, data, variants, depth };
        command.SetAction(parsed => new AblationBench(parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error).Run(
            parsed.GetRequiredValue(bundle), parsed.GetRequiredValue(normals), parsed.GetRequiredValue(data), parsed.GetValue(variants) ?? [],
            parsed.GetValue(depth)));
        return command;
    }

    Command ReportCommand()
    {
        Option<string> bundle = BundleOption();
        Option<string> data = DataOption();
        Option<ProfileKey[]> profiles = ProfilesOption();
        Option<double?> alpha = AlphaOption();
        Option<int> depth = DepthOption();
        Option<string> page = new("--out") { HelpName = "file", Description = "The page to write.", DefaultValueFactory = _ => "report.html" };

        var command = new Command("report", """
            Inspects the test pictures of a data set with each profile and writes one HTML page about it that needs no network and no script.
            It holds what accuracy prints, time beside accuracy, and for the default profile (where it is not asked for, the first that is) the ROC and PRO
            curves, the scores, the false rejects seen against those asked for, and the worst and the best found pictures.
            """) { bundle, data, profiles, alpha, depth, page };
        command.SetAction(parsed => new ReportBench(open, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error).Run(
            parsed.GetRequiredValue(bundle), parsed.GetRequiredValue(data), parsed.GetValue(profiles) ?? [], parsed.GetValue(alpha), parsed.GetRequiredValue(page),
            string.Join(' ', parsed.Tokens.Select(token => Quoted(token.Value)).Prepend("edge-bench")),
            parsed.GetValue(depth)));
        return command;
    }

    static Command TuneCommand()
    {
        Option<string> bundle = BundleOption();
        Option<ProfileKey[]> profiles = ProfilesOption();
        Option<bool> json = JsonOption();
        Option<int> n = CountOption(15, "Pictures timed for each line.");

        var command = new Command("tune", """
            Times the bundle's golden samples on this machine with every number of threads, spinning and not, and keeps the fastest for each profile.
            Of equals (3 %) it takes the fewest threads. The choice goes beside the bundle, into BUNDLE.machine.yaml, and never into it: edge inspect and
            edge run use it on this machine with this ONNX Runtime and this version of the bundle, and nowhere else. Verdicts stay as they are.
            Run it with nothing else running, or with what will run beside it on the line.
            """) { bundle, profiles, n, json };
        command.SetAction(parsed => new TuneBench(parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error).Run(
            parsed.GetRequiredValue(bundle), parsed.GetValue(profiles) ?? [], parsed.GetValue(n), parsed.GetValue(json)));
        return command;
    }

    static Command GpuCheckCommand()
    {
        Option<string> bundle = BundleOption();
        Option<bool> json = JsonOption();
        Option<int> n = CountOption(50, "Pictures timed.");
        Option<bool> half = new("--half-precision") { Description = "With tensorrt: compute in 16-bit floats, with wider tolerances." };
        Option<bool> graph = new("--cuda-graph") { Description = "Replay the work of a picture as one CUDA graph, as cuda_graph of a station does." };
        Option<string> device = new("--device") { HelpName = "cuda|tensorrt", Description = "The device.", DefaultValueFactory = _ => "cuda" };
        device.AcceptOnlyFromAmong("cuda", "tensorrt");

        var command = new Command("gpu-check", """
            Proves that a bundle runs on a GPU as it does on the CPU: the provider is active, every node runs there and nothing is copied in between,
            several noise levels at once give what they give one by one, a CUDA graph answers the picture it is given, the golden samples get the CPU's
            scores, and how long an inspection takes beside the CPU's. With TensorRT the first run builds engines, which takes minutes.
            Exit codes: 0 all holds, 3 bundle, 4 something does not hold or is missing; the message says what.
            """) { bundle, device, half, graph, n, json };
        command.Validators.Add(result =>
        {
            if (result.GetValue(half) && result.GetValue(device) != "tensorrt")
                result.AddError("--half-precision is for --device tensorrt.");
        });
        command.SetAction(parsed => new GpuCheck(parsed.InvocationConfiguration.Output).Run(parsed.GetRequiredValue(bundle),
            new InferenceOptions
            {
                Provider = InferenceOptions.ParseProvider(parsed.GetRequiredValue(device)), HalfPrecision = parsed.GetValue(half), CudaGraph = parsed.GetValue(graph),
            },
            parsed.GetValue(n), parsed.GetValue(json)));
        return command;
    }

    static Option<int> CountOption(int standard, string description) => new("--n")
    {
        HelpName = "pictures", Description = description, DefaultValueFactory = _ => standard,
        CustomParser = result => result.ReadNumber(result.Tokens[0].Value, "a number of pictures", (int count) => count > 0),
    };

    static Option<string> BundleOption() => new("--bundle") { Required = true, HelpName = "folder", Description = "The bundle." };

    static Option<string> DataOption() => new("--data")
    {
        Required = true, HelpName = "folder",
        Description = $"Data set: {DefectDataset.Layouts}. Without masks, image metrics only.",
    };

    static Option<string> GoodPicturesOption() => new("--data")
    {
        Required = true, HelpName = "folder",
        Description = "Good pictures that took no part in training, or a data set in MVTec AD's layout, whose test/good is taken.",
    };

    static Option<int> DepthOption() => new("--depth")
    {
        HelpName = "bits", Description = "Bits of 16-bit pictures that the sensor fills, 8 to 16. Default: what each file says, or else 16.",
        CustomParser = result => result.ReadNumber(result.Tokens[0].Value, "a number of bits from 8 to 16", (int bits) => bits is >= 8 and <= 16),
    };

    static Option<double?> AlphaOption() => new("--alpha")
    {
        HelpName = "rate", Description = "False-reject rate asked of the bundle's threshold, e.g. 0.01. Default: the bundle's own.",
        CustomParser = result => result.ReadNumber(result.Tokens[0].Value, "a rate between 0 and 1", (double rate) => rate is > 0 and < 1),
    };

    static Option<ProfileKey[]> ProfilesOption() => new("--profiles", "--profile")
    {
        HelpName = "a,b:int8",
        Description = "Profiles, separated by commas; with :int8 in eight bits. Default: all of the bundle, in every precision they have.",
        CustomParser = result => [.. Split(result).Select(text => Key(result, text))],
    };

    static Option<ProfileKey?> ProfileOption() => new("--profile")
    {
        HelpName = "name", Description = "The profile, with :int8 in eight bits. Default: the bundle's own, in fp32.",
        CustomParser = result => Key(result, result.Tokens[0].Value),
    };

    static ProfileKey Key(ArgumentResult result, string text)
    {
        try
        {
            return ProfileKey.Parse(text);
        }
        catch (ArgumentException e)
        {
            result.AddError(e.Message);
            return default;
        }
    }

    static Option<string> NormalsOption() => new("--normals")
    {
        Required = true, HelpName = "folder",
        Description = "Good pictures that took no part in training: a folder, or a text file with a path a line such as BUNDLE.training/held_out.txt.",
    };

    static Option<int[]> ThreadsOption() => new("--threads")
    {
        HelpName = "1,2", Description = "Threads of one network evaluation; several, separated by commas, are measured one after the other. Default: the processors.",
        CustomParser = result => [.. Split(result).Select(text => result.ReadNumber(text, "a number of threads", (int count) => count > 0))],
    };

    static Option<int> PicturesOption(int standard) => new("--n")
    {
        HelpName = "pictures", Description = "Pictures timed for each line.", DefaultValueFactory = _ => standard,
        CustomParser = result => result.ReadNumber(result.Tokens[0].Value, "a number of pictures", (int count) => count > 0),
    };

    static Option<string?> PlotOption() => new("--plot") { HelpName = "file", Description = "Draws accuracy against latency, with the Pareto front, into a file that ends in .svg or .png." };

    static Option<bool> MarkdownOption() => new("--markdown") { Description = "A Markdown table, for a document." };

    static Action<CommandResult> OneFormat(Option<bool> json, Option<bool> markdown) => result =>
    {
        if (result.GetValue(json) && result.GetValue(markdown))
            result.AddError("--json and --markdown exclude each other.");
    };

    static OutputFormat Format(ParseResult parsed, Option<bool> json, Option<bool> markdown) =>
        parsed.GetValue(json) ? OutputFormat.Json : parsed.GetValue(markdown) ? OutputFormat.Markdown : OutputFormat.Table;

    static SweepSet[] ReadLevels(ArgumentResult result)
    {
        SweepSet?[] readings = [.. result.Tokens[0].Value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(SweepSet.Parse)];
        if (readings.Length == 0 || readings.Contains(null))
            result.AddError($"'{result.Tokens[0].Value}' is no list of sets of one to five different levels and {SweepSet.LogOddsWord}, such as '25;25 50;{SweepSet.LogOddsWord} 100'.");
        return [.. readings.OfType<SweepSet>().DistinctBy(reading => reading.Name)];
    }

    static Option<bool> JsonOption() => new("--json") { Description = "One JSON object a line instead of a table." };

    // As a shell takes it back.
    static string Quoted(string token) => token.Length > 0 && token.All(c => char.IsAsciiLetterOrDigit(c) || "-_./,:=+@%".Contains(c))
        ? token
        : $"'{token.Replace("'", "'\\''")}'";

    static string[] Split(ArgumentResult result) =>
        [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
}
