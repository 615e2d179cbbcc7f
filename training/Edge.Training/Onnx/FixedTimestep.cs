using Edge.Features;
using Edge.Onnx;
using Edge.Onnx.Schema;
using Edge.Runtime.Inference;
using static Edge.Onnx.Schema.TensorProto.Types;

namespace Edge.Training.Onnx;

/// <summary>
/// A denoiser for one timestep. With t known the embedding is a constant, and what scales and shifts channels goes into the weights of the
/// convolution before: what is left is convolutions with ReLU, sums, concatenations and changes of size. It works on the exported file, so
/// that a bundle is all it takes.
/// </summary>
internal sealed class FixedTimestep
{
    private readonly GraphProto graph;
    private readonly Dictionary<string, TensorProto> constants;

    private FixedTimestep(GraphProto graph)
    {
        this.graph = graph;
        constants = graph.Initializer.ToDictionary(tensor => tensor.Name);
    }

    /// <param name="general">A network of x and t, as <see cref="OnnxFile.Read"/> gives it; it stays as it is.</param>
    /// <param name="t">The timestep.</param>
    public static ModelProto Of(ModelProto general, int t)
    {
        var model = general.Clone();
        var fix = new FixedTimestep(model.Graph);
        fix.Evaluate(t, model);
        fix.Fold();
        fix.Prune();
        model.MetadataProps.Add(new StringStringEntryProto { Key = OnnxDenoiser.TimestepKey, Value = $"{t}" });
        return model;
    }

    /// <summary>Replaces what depends on t alone by its values.</summary>
    private void Evaluate(int t, ModelProto model)
    {
        HashSet<string> timed = ["t"];
        var part = new List<NodeProto>();
        foreach (var node in graph.Node)
            if (node.Input.Any(timed.Contains) && node.Input.All(input => input.Length == 0 || timed.Contains(input) || constants.ContainsKey(input)))
            {
                part.Add(node);
                timed.UnionWith(node.Output);
            }
        foreach (var node in part)
            graph.Node.Remove(node);
        var wanted = graph.Node.SelectMany(node => node.Input).Where(timed.Contains).Distinct().Select(OnnxFile.FloatOutput).ToList();
        var time = graph.Input.Single(input => input.Name == "t");
        graph.Input.Remove(time);
        if (wanted.Count == 0)
            return;
        using var run = new NetworkRun(new ModelProto
        {
            IrVersion = model.IrVersion, OpsetImport = { model.OpsetImport },
            Graph = new GraphProto { Name = "time", Node = { part }, Initializer = { graph.Initializer }, Input = { time }, Output = { wanted } },
        });
        var values = run.Run([t], 1);
        // What t gives is a number a channel: [1, C, 1, 1].
        for (var i = 0; i < values.Length; i++)
            graph.Initializer.Add(constants[run.Outputs[i]] = OnnxFile.Tensor<float>(run.Outputs[i], values[i], 1, values[i].Length, 1, 1));
    }

    private void Fold()
    {
        foreach (var node in graph.Node.Where(node => node.OpType is "Mul" or "Add").ToList())
        {
            if (node.Input.SingleOrDefault(constants.ContainsKey) is not { } constant)
                continue;
            var (value, result) = (node.Input.Single(input => input != constant), node.Output[0]);
            if (!CanFold(value))
                continue;
            Fold(value, node.OpType == "Mul", OnnxFile.Floats(constants[constant]));
            graph.Node.Remove(node);
            foreach (var consumer in graph.Node)
                for (var i = 0; i < consumer.Input.Count; i++)
                    if (consumer.Input[i] == result)
                        consumer.Input[i] = value;
        }
    }

    /// <summary>Whether a value is a convolution's, or a sum of such, that nobody else reads.</summary>
    private bool CanFold(string value) =>
        graph.Node.Sum(node => node.Input.Count(input => input == value)) == 1 && Producer(value) is { } node
        && (node.OpType == "Conv" && node.Input.Count == 3 || node.OpType == "Add" && node.Input.All(CanFold));

    private void Fold(string value, bool multiply, float[] channels)
    {
        var node = Producer(value)!;
        if (node.OpType == "Add")
        {
            // A factor holds for both sides of a sum, an offset for the whole of it.
            foreach (var input in multiply ? node.Input : node.Input.Take(1))
                Fold(input, multiply, channels);
            return;
        }
        if (multiply)
            Change(node.Input[1], (v, c) => v * channels[c], channels.Length);
        Change(node.Input[2], multiply ? (v, c) => v * channels[c] : (v, c) => v + channels[c], channels.Length);
    }

    private void Change(string name, Func<float, int, float> change, int channels)
    {
        var tensor = constants[name];
        var values = OnnxFile.Floats(tensor);
        var each = values.Length / channels;
        for (var i = 0; i < values.Length; i++)
            values[i] = change(values[i], i / each);
        tensor.RawData = OnnxFile.Tensor<float>(name, values).RawData;
    }

    private void Prune()
    {
        var used = graph.Node.SelectMany(node => node.Input).ToHashSet();
        foreach (var tensor in graph.Initializer.Where(tensor => !used.Contains(tensor.Name)).ToList())
            graph.Initializer.Remove(tensor);
    }

    private NodeProto? Producer(string value) => graph.Node.FirstOrDefault(node => node.Output.Contains(value));
}
