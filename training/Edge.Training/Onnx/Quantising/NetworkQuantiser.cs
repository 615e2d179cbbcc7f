using Edge.Features;
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
    /// <summary>Layers go back into floats until the error of the log-odds, or of the distance to good features, is at most this.</summary>
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

    private readonly string folder;
    private readonly NetworkManifest network;
    private readonly NoiseSchedule schedule;
    private readonly Lazy<ModelProto> eps;
    private readonly List<(float[] Values, PictureShape Shape)> good = [];
    private readonly List<(float[] Values, PictureShape Shape)> judged = [];
    private readonly Dictionary<string, HashSet<string>> eightBits = [];
    private readonly List<string> networks = [];
    private readonly List<string> scan = [];

    private NetworkQuantiser(string folder, NetworkManifest network, IReadOnlyList<TrainingPicture> pictures)
    {
        (this.folder, this.network) = (folder, network);
        eps = new Lazy<ModelProto>(() => OnnxFile.Read(Path.Combine(folder, network.Eps.Path)));
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
    /// <param name="planes">The planes to make networks for, as profiles name them.</param>
    /// <param name="pictures">Good pictures, best those it was trained on: thresholds come from others.</param>
    /// <param name="log">Told how exact each network is.</param>
    public static (Dictionary<string, FileEntry> Files, string Report) Make(string folder, NetworkManifest network, IEnumerable<string> planes, IReadOnlyList<TrainingPicture> pictures, Action<string> log)
    {
        var quantiser = new NetworkQuantiser(folder, network, pictures);
        Directory.CreateDirectory(Path.Combine(folder, "int8"));
        var files = new Dictionary<string, FileEntry>();
        foreach (var plane in planes.Distinct().OrderBy(TimestepOf).ThenBy(plane => plane, StringComparer.Ordinal))
        {
            var (model, error) = quantiser.Quantise(plane);
            var draft = Path.Combine(folder, "int8", $"{plane}.onnx.new");
            File.WriteAllBytes(draft, model.ToByteArray());
            var path = $"int8/{plane}-{BundleFolder.Hash(draft)[..8]}.onnx";
            File.Move(draft, Path.Combine(folder, path), overwrite: true);
            files[plane] = BundleFolder.Describe(folder, path);
            log(string.Create(CultureInfo.InvariantCulture, $"int8, {plane}: differs from fp32 by {error:P1} of the deviation"
                + $"{(error > Limit ? $", more than {Limit:P0}: hold its verdicts against those in fp32 before you use it" : "")}."));
        }
        string[] report =
        [
            "# Networks in eight bits", "", $"Measured on {quantiser.judged.Count} pictures, those with a synthetic defect included; ranges are of {quantiser.good.Count} others.",
            "Errors are root mean squares of the difference from fp32, over the answer's own deviation.", "",
            "| plane | error |", "|---|---|", .. quantiser.networks, "", .. quantiser.scan,
        ];
        return (files, string.Join('\n', report) + '\n');
    }

    private (ModelProto Model, double Error) Quantise(string plane)
    {
        var t = TimestepOf(plane);
        var model = t is { } timestep ? FixedTimestep.Of(eps.Value, timestep)
            : OnnxFile.Read(Path.Combine(folder, (plane == Reading.MemoryPlane ? network.Memory : network.LogOdds)!.Path));
        using var run = new NetworkRun(model);
        var signal = t is { } known ? (float)schedule.SqrtAbar(known) : 1;
        var pictures = Scaled(judged, signal);
        List<float[]> expected = [.. pictures.Select(picture => Answer(run, picture))];
        var ranges = ActivationRanges.Of(model, Scaled(good, signal));
        // Once for the noise, at its first timestep: there it is smallest and suffers most from rounding.
        var kind = t is null ? plane : "eps";
        if (!eightBits.TryGetValue(kind, out var rounded))
            eightBits[kind] = rounded = Scan(model, ranges, Error, plane, t is null ? LogitGoal : EpsGoal, signal);
        var quantised = Quantiser.Quantise(model, ranges, rounded, signal);
        var error = Error(quantised);
        networks.Add(string.Create(CultureInfo.InvariantCulture, $"| {plane} | {error:F4} |"));
        return (quantised, error);

        double Error(ModelProto quantised)
        {
            using var rounded = new NetworkRun(quantised);
            return NetworkError.Of(expected, [.. pictures.Select(picture => Answer(rounded, picture))]);
        }
    }

    /// <summary>The timestep of a plane of T scales; null for other planes.</summary>
    private static int? TimestepOf(string plane) => plane[0] == 't' && int.TryParse(plane[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var t) ? t : null;

    /// <summary>
    /// Rounds all layers but the last and, while the error is above its goal, puts the layer back into floats that takes most off it. A layer is
    /// judged among rounded ones, as it will run: what it costs to round one alone, between floats, is mostly values that its neighbours round anyway.
    /// </summary>
    private HashSet<string> Scan(ModelProto model, IReadOnlyDictionary<string, (float, float)> ranges, Func<ModelProto, double> errorOf, string plane, double goal, float signal)
    {
        string[] layers = [.. Quantiser.Layers(model)];
        var rounded = layers[..^1].ToHashSet();
        var error = Error(rounded);
        scan.Add($"## Layers, for {plane}{(TimestepOf(plane) is null ? "" : " and higher levels")}");
        scan.AddRange(["", Invariant($"All layers but {layers[^1]}, whose answers to a defect must not be cut off, in eight bits: {error:F4}. Below, the error with one layer more in floats; while it"),
            Invariant($"is above {goal}, the best of them stays there, {MostFloats} at most."), "", "| layer | error | |", "|---|---|---|"]);
        for (var floats = 0; error > goal && floats < MostFloats; floats++)
        {
            var tried = layers.Where(rounded.Contains).Select(layer => (Layer: layer, Error: Error(rounded.Where(other => other != layer)))).ToArray();
            var best = tried.MinBy(trial => trial.Error);
            var stays = best.Error < error;
            scan.AddRange(tried.Select(trial => Invariant($"| {trial.Layer} | {trial.Error:F4} | {(stays && trial == best ? "float" : "")} |")));
            if (!stays)
                break;
            rounded.Remove(best.Layer);
            error = best.Error;
        }
        scan.Add("");
        return rounded;

        double Error(IEnumerable<string> eightBits) => errorOf(Quantiser.Quantise(model, ranges, eightBits.ToHashSet(), signal));
    }

    private static List<(float[] Values, PictureShape Shape)> Scaled(List<(float[] Values, PictureShape Shape)> pictures, float signal) =>
        [.. pictures.Select(picture => (picture.Values.Select(v => signal * v).ToArray(), picture.Shape))];

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
