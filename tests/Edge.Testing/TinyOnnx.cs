using System.Globalization;
using Edge.Onnx;

namespace Edge.Testing;

/// <summary>The small networks that tests run: an <see cref="OnnxGraph"/> whose values have the names they are given.</summary>
internal sealed class TinyOnnx
{
    private readonly OnnxGraph graph = new("tiny");
    private readonly Dictionary<string, string> metadata = [];
    private readonly Dictionary<string, string> values = [];

    /// <summary>Adds a node. Attributes are lists of integers, of one where the operator takes a number.</summary>
    public TinyOnnx Node(string type, string[] from, string to, params (string Name, int[] Values)[] attributes)
    {
        values[to] = graph.Node(type, from.Select(Value), [.. attributes.Select(attribute => (attribute.Name, (object)attribute.Values))]);
        return this;
    }

    public TinyOnnx Constant(string name, long[] dimensions, float[] content)
    {
        graph.Constant<float>(name, content, dimensions);
        return this;
    }

    public TinyOnnx Constant(string name, long[] content)
    {
        graph.Constant(name, content);
        return this;
    }

    /// <summary>Declares an input. A dimension is a number, or a name where it is free.</summary>
    public TinyOnnx Input(string name, string dimensions) => Input<float>(name, dimensions);

    /// <inheritdoc cref="Input(string, string)"/>
    public TinyOnnx Input<T>(string name, string dimensions) where T : unmanaged
    {
        graph.Input<T>(name, Dimensions(dimensions));
        return this;
    }

    public TinyOnnx Output(string name, string dimensions)
    {
        graph.Output(name, Value(name), Dimensions(dimensions));
        return this;
    }

    public TinyOnnx Metadata(string key, string value)
    {
        metadata.Add(key, value);
        return this;
    }

    public string Write(TemporaryFolder folder, string name = "network.onnx")
    {
        var path = Path.Combine(folder.Path, name);
        OnnxFile.Write(path, graph.ToModel("tests", "0", metadata));
        return path;
    }

    private string Value(string name) => values.GetValueOrDefault(name, name);

    private static object[] Dimensions(string text) =>
        [.. text.Split(',').Select(size => long.TryParse(size, CultureInfo.InvariantCulture, out var number) ? (object)number : size)];
}
