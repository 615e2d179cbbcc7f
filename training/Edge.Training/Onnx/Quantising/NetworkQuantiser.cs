using Edge.Runtime;
using System.Globalization;
using Edge.Onnx;
using Edge.Onnx.Schema;
using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Training.Data;
using Edge.Training.Learning;
using Google.Protobuf;
using static System.FormattableString;

namespace Edge.Training.Onnx.Quantising;

/// <summary>
/// Makes the eight-bit networks of a bundle, one a timestep, from its float network and good pictures. Which layers stay floats is measured:
/// on pictures that took no part in the ranges and on copies of them with synthetic defects, whose activations reach further than those of
/// good ones.
/// </summary>
internal sealed class NetworkQuantiser
{
    /// <summary>Layers go back into floats until the log-odds' error is at most this.</summary>
    public const double LogitGoal = 0.15;

    /// <summary>The same for the noise, whose planes are squared and smoothed and suffer less (docs/speed.md).</summary>
    public const double EpsGoal = 0.175;

    /// <summary>Above this the report and the log say that a network is inexact.</summary>
    public const double Limit = 0.2;

    private const int MostFloats = 4;
    private const int RangePictures = 16;
    private const int JudgedPictures = 4;
    private const int Side = 256;
    private const ulong DefectSeed = 0xD8;

    private readonly ModelProto general;
    private readonly NoiseSchedule schedule;
    private readonly List<(float[] Values, PictureShape Shape)> good = [];
    private readonly List<(float[] Values, PictureShape Shape)> judged = [];
    private readonly Dictionary<bool, HashSet<string>> eightBits = [];
    private readonly List<string> networks = [];
    private readonly List<string> scan = [];

    private NetworkQuantiser(string folder, NetworkManifest network, IReadOnlyList<TrainingPicture> pictures)
    {
        general = OnnxFile.Read(Path.Combine(folder, network.Eps.Path));
        schedule = new NoiseSchedule(network.NumTrainTimesteps, network.BetaStart, network.BetaEnd, network.BetaSchedule);
        var chosen = pictures.Count <= RangePictures + JudgedPictures ? pictures
            : [.. Enumerable.Range(0, RangePictures + JudgedPictures).Select(i => pictures[(int)((long)i * pictures.Count / (RangePictures + JudgedPictures))])];
        for (var i = 0; i < chosen.Count; i++)
        {
            var picture = Cut(chosen[i], network.SizeMultiple);
            // Every fifth judges, and all where there are only a few.
            if (chosen.Count < 5 || i % 5 != 0)
                good.Add((picture.Values, picture.Shape));
            if (chosen.Count >= 5 && i % 5 != 0)
                continue;
            judged.Add((picture.Values, picture.Shape));
            var draws = new Draws(DefectSeed, (ulong)i);
            foreach (var kind in Enum.GetValues<DefectKind>().Skip(i % 3))
                if (SyntheticDefects.TryPaint(picture, kind, ref draws) is (var spoiled, _))
                {
                    judged.Add((spoiled, picture.Shape));
                    break;
                }
        }
    }

    /// <summary>Writes the networks under names of their own content.</summary>
    /// <param name="folder">The bundle; the networks go into its folder int8.</param>
    /// <param name="network">Its network.</param>
    /// <param name="timesteps">The timesteps to make networks for.</param>
    /// <param name="pictures">Good pictures, best those it was trained on: thresholds come from others.</param>
    /// <param name="log">Told how exact each network is.</param>
    public static (Dictionary<int, FileEntry> Files, string Report) Make(string folder, NetworkManifest network, IEnumerable<int> timesteps, IReadOnlyList<TrainingPicture> pictures, Action<string> log)
    {
        var quantiser = new NetworkQuantiser(folder, network, pictures);
        Directory.CreateDirectory(Path.Combine(folder, "int8"));
        var files = new Dictionary<int, FileEntry>();
        foreach (var t in timesteps.Distinct().Order())
        {
            var (model, error) = quantiser.Quantise(t);
            var draft = Path.Combine(folder, "int8", $"t{t}.onnx.new");
            File.WriteAllBytes(draft, model.ToByteArray());
            var path = $"int8/t{t}-{BundleFolder.Hash(draft)[..8]}.onnx";
            File.Move(draft, Path.Combine(folder, path), overwrite: true);
            files[t] = BundleFolder.Describe(folder, path);
            log(string.Create(CultureInfo.InvariantCulture, $"int8, t = {t}: {(t == 0 ? "log-odds differ" : "eps differs")} from fp32 by {error:P1} of the deviation"
                + $"{(error > Limit ? $", more than {Limit:P0}: hold its verdicts against those in fp32 before you use it" : "")}."));
        }
        string[] report =
        [
            "# Networks in eight bits", "", $"Measured on {quantiser.judged.Count} pictures, those with a synthetic defect included; ranges are of {quantiser.good.Count} others.",
            "Errors are root mean squares of the difference from fp32, over the answer's own deviation.", "",
            "| t | read | error |", "|---|---|---|", .. quantiser.networks, "", .. quantiser.scan,
        ];
        return (files, string.Join('\n', report) + '\n');
    }

    private (ModelProto Model, double Error) Quantise(int t)
    {
        var network = FixedTimestep.Of(general, t);
        using var run = new NetworkRun(network);
        var pictures = Noiseless(judged, t);
        List<float[]> expected = [.. pictures.Select(picture => Answer(run, picture))];
        var ranges = ActivationRanges.Of(network, Noiseless(good, t));
        // Once for the log-odds and once for the noise, at its first timestep: there it is smallest and suffers most from rounding.
        if (!eightBits.TryGetValue(t == 0, out var rounded))
            eightBits[t == 0] = rounded = Scan(network, ranges, Error, t);
        var model = Quantiser.Quantise(network, ranges, rounded, Signal(t));
        var error = Error(model);
        networks.Add(string.Create(CultureInfo.InvariantCulture, $"| {t} | {(t == 0 ? "log-odds" : "eps")} | {error:F4} |"));
        return (model, error);

        double Error(ModelProto model)
        {
            using var quantised = new NetworkRun(model);
            return NetworkError.Of(expected, [.. pictures.Select(picture => Answer(quantised, picture))]);
        }
    }

    /// <summary>
    /// Rounds all layers but the last and, while the error is above its goal, puts the layer back into floats that takes most off it. A layer is
    /// judged among rounded ones, as it will run: what it costs to round one alone, between floats, is mostly values that its neighbours round anyway.
    /// </summary>
    private HashSet<string> Scan(ModelProto network, IReadOnlyDictionary<string, (float, float)> ranges, Func<ModelProto, double> errorOf, int t)
    {
        string[] layers = [.. Quantiser.Layers(network)];
        var rounded = layers[..^1].ToHashSet();
        var (error, goal) = (Error(rounded), t == 0 ? LogitGoal : EpsGoal);
        scan.Add($"## Layers, at t = {t}{(t == 0 ? "" : " and above")}");
        scan.AddRange(["", Invariant($"All layers but {layers[^1]}, whose answers to a defect must not be cut off, in eight bits: {error:F4}. Below, the error with one layer more in floats; while it"),
            Invariant($"is above {goal}, the best of them stays there, {MostFloats} at most."), "", "| layer | error | |", "|---|---|---|"]);
        for (var floats = 0; ; floats++)
        {
            var tried = layers.Where(rounded.Contains).Select(layer => (Layer: layer, Error: Error(rounded.Where(other => other != layer)))).ToArray();
            var best = tried.MinBy(trial => trial.Error);
            var stays = error > goal && best.Error < error && floats < MostFloats;
            scan.AddRange(tried.Select(trial => Invariant($"| {trial.Layer} | {trial.Error:F4} | {(stays && trial == best ? "float" : "")} |")));
            if (!stays)
                break;
            rounded.Remove(best.Layer);
            error = best.Error;
            if (error <= goal)
                break;
        }
        scan.Add("");
        return rounded;

        double Error(IEnumerable<string> eightBits) => errorOf(Quantiser.Quantise(network, ranges, eightBits.ToHashSet(), Signal(t)));
    }

    private List<(float[] Values, PictureShape Shape)> Noiseless(List<(float[] Values, PictureShape Shape)> pictures, int t)
    {
        var signal = Signal(t);
        return [.. pictures.Select(picture => (picture.Values.Select(v => signal * v).ToArray(), picture.Shape))];
    }

    private float Signal(int t) => (float)schedule.SqrtAbar(t);

    private static float[] Answer(NetworkRun run, (float[] Values, PictureShape Shape) picture) =>
        run.Run(picture.Values, 1, picture.Shape.Channels, picture.Shape.Height, picture.Shape.Width)[0];

    /// <summary>The middle of a picture, in a size the network takes.</summary>
    private static TrainingPicture Cut(TrainingPicture picture, int multiple)
    {
        var (height, width) = (Extent(picture.Shape.Height), Extent(picture.Shape.Width));
        var shape = new PictureShape(picture.Shape.Channels, height, width);
        var values = new float[shape.Length];
        if (height <= picture.Shape.Height && width <= picture.Shape.Width)
            picture.Cut(shape, (picture.Shape.Height - height) / 2, (picture.Shape.Width - width) / 2, values);
        else
        {
            // Smaller than the network takes: it goes on as its own mirror image.
            shape = new PictureShape(picture.Shape.Channels, Math.Max(height, width), Math.Max(height, width));
            picture.Crop(shape.Height, 0, 0, false, false, values = new float[shape.Length]);
        }
        return new TrainingPicture(picture.Path, shape, values);

        int Extent(int size) => Math.Max(multiple, Math.Min(Side, size) / multiple * multiple);
    }
}
