using Edge.Features;
using Edge.Onnx.Schema;
using Edge.Runtime.Diffusion;

namespace Edge.Training.Onnx.Quantising;

/// <summary>
/// The range that eight bits cover, for every activation of a network: from the least to the largest value it takes on pictures. Ranges that
/// leave out one value in ten thousand, and those of least squared error, are closer on good pictures and cut off what a defect looks like.
/// </summary>
internal static class ActivationRanges
{
    /// <param name="network">A network of one timestep.</param>
    /// <param name="pictures">[C, H, W] inputs.</param>
    /// <returns>By the activation's name; 0, what convolutions are padded with, always lies within.</returns>
    public static IReadOnlyDictionary<string, (float Low, float High)> Of(ModelProto network, IReadOnlyList<(float[] Values, PictureShape Shape)> pictures)
    {
        var open = network.Clone();
        open.Graph.Output.Clear();
        // Without a type, since a backbone of the user's may work with integers in between; those have no range.
        var names = open.Graph.Node.SelectMany(node => node.Output).Where(name => name.Length > 0);
        open.Graph.Output.Add(names.Select(name => new ValueInfoProto { Name = name }));
        using var run = new NetworkRun(open);
        var ranges = run.Outputs.Append(open.Graph.Input[0].Name).ToDictionary(name => name, _ => (Low: 0f, High: 0f));
        foreach (var (values, shape) in pictures)
        {
            Widen(open.Graph.Input[0].Name, values);
            var activations = run.Run(values, 1, shape.Channels, shape.Height, shape.Width);
            for (var i = 0; i < activations.Length; i++)
                Widen(run.Outputs[i], activations[i]);
        }
        return ranges;

        void Widen(string name, float[] values)
        {
            if (values.Length == 0)
                return;
            var (low, high) = ranges[name];
            ranges[name] = (Math.Min(low, values.Min()), Math.Max(high, values.Max()));
        }
    }
}
