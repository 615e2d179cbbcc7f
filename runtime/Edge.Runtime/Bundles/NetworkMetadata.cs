using System.Globalization;

namespace Edge.Runtime.Bundles;

/// <summary>The vital fields of a network as its ONNX files repeat them in <c>metadata_props</c>, so that a file without its bundle still says what it is.</summary>
internal static class NetworkMetadata
{
    /// <summary>Key of the multiple that height and width must be.</summary>
    public const string SizeMultipleKey = "edge.size_multiple";

    /// <summary>The fields of a manifest, by key.</summary>
    public static IReadOnlyDictionary<string, string> Of(NetworkManifest network) => new Dictionary<string, string>
    {
        ["edge.prediction_type"] = network.PredictionType,
        ["edge.channels"] = Text(network.Channels),
        [SizeMultipleKey] = Text(network.SizeMultiple),
        ["edge.t_max"] = Text(network.TMax),
        ["edge.num_train_timesteps"] = Text(network.NumTrainTimesteps),
        ["edge.beta_schedule"] = network.BetaSchedule,
        ["edge.beta_start"] = Text(network.BetaStart),
        ["edge.beta_end"] = Text(network.BetaEnd),
    };

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
