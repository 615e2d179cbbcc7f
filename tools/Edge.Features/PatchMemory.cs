using System.Numerics.Tensors;
using Edge.Onnx;
using Edge.Onnx.Schema;
using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;

namespace Edge.Features;

/// <summary>
/// A memory of what the places of good pictures look like (PatchCore, Roth et al., arXiv 2106.08265): the means of 3x3 patches of a backbone's last two
/// layers, side by side, and of all of them a coreset that leaves none far from the nearest. A place is as anomalous as its distance from the nearest vector kept.
/// Backbone, patches and memory are one graph of convolutions: |q - m|^2 = |q|^2 + |m|^2 - 2 q m, and 2 q m for all m is a 1x1 convolution.
/// </summary>
internal static class PatchMemory
{
    public const string FileName = "memory.onnx";

    /// <summary>The file of the layers.</summary>
    public const string LayersFileName = "features.onnx";

    /// <summary>Vectors kept at most. Each costs a product a place and channel.</summary>
    public const int MostVectors = 1000;

    /// <summary>Vectors that the coreset is chosen from at most.</summary>
    private const int MostCandidates = 40_000;

    /// <summary>Channels that distances are measured in while the coreset is chosen (Johnson and Lindenstrauss; 64 leave them right to about a tenth).</summary>
    private const int ProjectedChannels = 64;

    private const int Tile = 512;

    /// <summary>The vectors of good pictures.</summary>
    /// <param name="backbone">Describes them.</param>
    /// <param name="pictures">[C, H, W] in [-1, 1] and shape of good pictures.</param>
    /// <param name="count">Vectors kept.</param>
    /// <param name="seed">Of the draws.</param>
    /// <returns>[vectors, channels].</returns>
    public static float[][] Collect(Backbone backbone, IReadOnlyCollection<(float[] Values, PictureShape Shape)> pictures, int count, int seed)
    {
        var channels = pictures.First().Shape.Channels;
        var features = backbone.Read.Sum(layer => layer.Channels);
        var graph = new OnnxGraph("patches");
        graph.Output("patches", Patches(graph, backbone, graph.Input("x", "N", channels, "H", "W"), channels), "N", features, "h", "w");
        using var run = new NetworkRun(graph.ToModel("edge-train", "0"));
        var draws = new Random(seed);
        var candidates = new List<float[]>();
        var each = Math.Max(1, MostCandidates / pictures.Count);
        foreach (var (values, shape) in pictures)
        {
            var tiling = new Tiling(shape.Height, shape.Width, Tile, Tile / 4, backbone.SizeMultiple);
            var part = tiling.TileShape(channels);
            var tile = new float[part.Length];
            for (var t = 0; t < tiling.Count; t++)
            {
                tiling.Extract(values, t, tile);
                var said = run.Run(tile, 1, channels, part.Height, part.Width)[0];
                var places = said.Length / features;
                int[] chosen = [.. Enumerable.Range(0, places)];
                for (var i = 0; i < Math.Min(places, each / tiling.Count + 1); i++)
                {
                    var at = i + draws.Next(places - i);
                    (chosen[i], chosen[at]) = (chosen[at], chosen[i]);
                    candidates.Add([.. Enumerable.Range(0, features).Select(c => said[c * places + chosen[i]])]);
                }
            }
        }
        return [.. Coreset(candidates, count, seed).Select(i => candidates[i])];
    }

    /// <summary>Writes the network x[N, C, H, W] to memory[N, 1, H, W].</summary>
    /// <param name="backbone">Describes pictures.</param>
    /// <param name="memory">[vectors, channels] what good ones look like.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="weights">Takes the weights; the caller saves it.</param>
    /// <param name="channels">Of the pictures.</param>
    /// <param name="metadata">Goes into the file's metadata_props.</param>
    /// <param name="version">The trainer's version.</param>
    public static void Save(Backbone backbone, float[][] memory, string folder, WeightsFile? weights, int channels, IReadOnlyDictionary<string, string> metadata, string version) =>
        OnnxFile.Write(Path.Combine(folder, FileName), Build(backbone, memory, weights, channels).ToModel("edge-train", version, metadata));

    /// <summary>Writes the backbone's layers, for the comparison of features.</summary>
    public static void SaveLayers(Backbone backbone, string folder, WeightsFile weights, int channels, IReadOnlyDictionary<string, string> metadata, string version)
    {
        var graph = new OnnxGraph("features", weights);
        var layers = backbone.Add(graph, graph.Input("x", "N", channels, "H", "W"), channels);
        for (var i = 0; i < layers.Count; i++)
            graph.Output(backbone.Layers[i].Name, layers[i], "N", backbone.Layers[i].Channels, $"H{i}", $"W{i}");
        OnnxFile.Write(Path.Combine(folder, LayersFileName), graph.ToModel("edge-train", version, metadata));
    }

    private static OnnxGraph Build(Backbone backbone, float[][] memory, WeightsFile? weights, int channels)
    {
        var graph = new OnnxGraph(Reading.MemoryPlane, weights);
        var patches = Patches(graph, backbone, graph.Input("x", "N", channels, "H", "W"), channels);
        float[] products = [.. memory.SelectMany(vector => vector.Select(v => -2 * v))];
        float[] squares = [.. memory.Select(vector => TensorPrimitives.SumOfSquares<float>(vector))];
        var distances = graph.Node("Conv", [patches, graph.Weight("memory.weight", products, memory.Length, memory[0].Length, 1, 1), graph.Weight("memory.bias", squares, squares.Length)],
            ("kernel_shape", new[] { 1, 1 }));
        var nearest = graph.Node("ReduceMin", [distances], ("axes", new[] { 1 }), ("keepdims", 1));
        var own = graph.Node("ReduceSumSquare", [patches], ("axes", new[] { 1 }), ("keepdims", 1));
        var distance = graph.Node("Sqrt", [graph.Node("Relu", [graph.Node("Add", [nearest, own])])]);
        graph.Output(Reading.MemoryPlane, Larger(graph, distance, backbone.Read[0].Stride), "N", 1, "H", "W");
        return graph;
    }

    private static string Patches(OnnxGraph graph, Backbone backbone, string x, int channels)
    {
        var read = backbone.Add(graph, x, channels).TakeLast(backbone.Read.Count);
        var means = read.Select(layer => graph.Node("AveragePool", [layer], ("kernel_shape", new[] { 3, 3 }), ("pads", new[] { 1, 1, 1, 1 })));
        string[] sized = [.. means.Select((mean, i) => Larger(graph, mean, backbone.Read[i].Stride / backbone.Read[0].Stride))];
        return graph.Node("Concat", sized, ("axis", 1));
    }

    private static string Larger(OnnxGraph graph, string value, int factor) => factor == 1 ? value
        : graph.Node("Resize", [value, "", graph.Constant($"times_{factor}", [1f, 1f, factor, factor], 4)],
            ("mode", "linear"), ("coordinate_transformation_mode", "half_pixel"));

    /// <summary>Vectors that leave no other far from the nearest of them: the farthest one is taken, again and again (Gonzalez 1985).</summary>
    private static List<int> Coreset(List<float[]> candidates, int count, int seed)
    {
        if (candidates.Count <= count)
            return [.. Enumerable.Range(0, candidates.Count)];
        var projected = Project(candidates, seed);
        var distance = new float[candidates.Count];
        Array.Fill(distance, float.PositiveInfinity);
        var (chosen, next) = (new List<int>(), 0);
        while (chosen.Count < count)
        {
            chosen.Add(next);
            var from = projected[next];
            Parallel.For(0, 16, part =>
            {
                for (var i = part; i < distance.Length; i += 16)
                    distance[i] = Math.Min(distance[i], TensorPrimitives.Distance<float>(projected[i], from));
            });
            next = TensorPrimitives.IndexOfMax<float>(distance);
        }
        return chosen;
    }

    private static float[][] Project(List<float[]> vectors, int seed)
    {
        var channels = vectors[0].Length;
        var directions = new float[ProjectedChannels * channels];
        PhiloxNoise.Fill(directions, (ulong)seed, 0);
        var projected = new float[vectors.Count][];
        Parallel.For(0, vectors.Count, i =>
        {
            projected[i] = new float[ProjectedChannels];
            for (var k = 0; k < ProjectedChannels; k++)
                projected[i][k] = TensorPrimitives.Dot<float>(vectors[i], directions.AsSpan(k * channels, channels));
        });
        return projected;
    }
}
