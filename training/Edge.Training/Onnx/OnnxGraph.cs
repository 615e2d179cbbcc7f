using System.Runtime.InteropServices;
using Edge.Training.Onnx.Schema;
using Google.Protobuf;

namespace Edge.Training.Onnx;

/// <summary>Builds one ONNX graph, node by node. Every method that adds a node returns the name of its output.</summary>
internal sealed class OnnxGraph(string name, WeightsFile weights)
{
    private const int IrVersion = 8;
    private const int Opset = 17;

    private readonly GraphProto graph = new() { Name = name };
    private readonly HashSet<string> constants = [];
    private int count;

    /// <summary>Declares an input or output; a dimension is a number or a name for what is only known when it runs.</summary>
    public string Input(string name, params object[] dimensions)
    {
        graph.Input.Add(Describe(name, dimensions));
        return name;
    }

    public void Output(string name, string value, params object[] dimensions)
    {
        graph.Node.Add(new NodeProto { OpType = "Identity", Name = name, Input = { value }, Output = { name } });
        graph.Output.Add(Describe(name, dimensions));
    }

    /// <summary>Adds a node with one output. An attribute is an int, a float, a string or a list of ints.</summary>
    public string Node(string op, IEnumerable<string> inputs, params (string Name, object Value)[] attributes)
    {
        var node = Add(op, inputs, attributes);
        node.Output.Add(node.Name);
        return node.Name;
    }

    /// <summary>Adds a Split into parts of these sizes along an axis.</summary>
    public string[] Split(string value, int axis, params int[] sizes)
    {
        var lengths = Constant($"sizes_{string.Join('_', sizes)}", [.. sizes.Select(s => (long)s)]);
        var node = Add("Split", [value, lengths], [("axis", axis)]);
        node.Output.AddRange(Enumerable.Range(0, sizes.Length).Select(i => $"{node.Name}_{i}"));
        return [.. node.Output];
    }

    /// <summary>A weight, kept in the weights file.</summary>
    public string Weight(string name, ReadOnlySpan<float> values, params long[] dims)
    {
        if (!constants.Add(name))
            return name;
        var (offset, length) = weights.Place(name, values);
        graph.Initializer.Add(new TensorProto
        {
            Name = name,
            Dims = { dims },
            DataType = TensorProto.Types.DataType.Float,
            DataLocation = TensorProto.Types.DataLocation.External,
            ExternalData = { Entry("location", weights.Name), Entry("offset", $"{offset}"), Entry("length", $"{length}") },
        });
        return name;
    }

    /// <summary>A small constant, kept in the graph itself.</summary>
    public string Constant(string name, ReadOnlySpan<float> values, params long[] dims) =>
        Inline(name, MemoryMarshal.AsBytes(values), dims, TensorProto.Types.DataType.Float);

    /// <inheritdoc cref="Constant(string, ReadOnlySpan{float}, long[])"/>
    public string Constant(string name, params ReadOnlySpan<long> values) =>
        Inline(name, MemoryMarshal.AsBytes(values), [values.Length], TensorProto.Types.DataType.Int64);

    public void Save(string path, IReadOnlyDictionary<string, string> metadata, string version)
    {
        var model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "edge-train",
            ProducerVersion = version,
            Graph = graph,
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = Opset } },
            MetadataProps = { metadata.Select(m => Entry(m.Key, m.Value)) },
        };
        File.WriteAllBytes(path, model.ToByteArray());
    }

    private NodeProto Add(string op, IEnumerable<string> inputs, IEnumerable<(string Name, object Value)> attributes)
    {
        var node = new NodeProto { OpType = op, Name = $"{op}_{count++}", Input = { inputs } };
        node.Attribute.AddRange(attributes.Select(a => Attribute(a.Name, a.Value)));
        graph.Node.Add(node);
        return node;
    }

    private string Inline(string name, ReadOnlySpan<byte> bytes, long[] dims, TensorProto.Types.DataType type)
    {
        if (constants.Add(name))
            graph.Initializer.Add(new TensorProto { Name = name, Dims = { dims }, DataType = type, RawData = ByteString.CopyFrom(bytes) });
        return name;
    }

    private static AttributeProto Attribute(string name, object value) => value switch
    {
        int i => new AttributeProto { Name = name, Type = AttributeProto.Types.Type.Int, I = i },
        float f => new AttributeProto { Name = name, Type = AttributeProto.Types.Type.Float, F = f },
        string s => new AttributeProto { Name = name, Type = AttributeProto.Types.Type.String, S = ByteString.CopyFromUtf8(s) },
        int[] list => new AttributeProto { Name = name, Type = AttributeProto.Types.Type.Ints, Ints = { list.Select(i => (long)i) } },
        _ => throw new ArgumentException($"Attribute {name} has type {value.GetType().Name}, which the writer does not know."),
    };

    private static ValueInfoProto Describe(string name, object[] dimensions) => new()
    {
        Name = name,
        Type = new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor
            {
                ElemType = TensorProto.Types.DataType.Float,
                Shape = new TensorShapeProto
                {
                    Dim =
                    {
                        dimensions.Select(d => d is string parameter
                            ? new TensorShapeProto.Types.Dimension { DimParam = parameter }
                            : new TensorShapeProto.Types.Dimension { DimValue = Convert.ToInt64(d) }),
                    },
                },
            },
        },
    };

    private static StringStringEntryProto Entry(string key, string value) => new() { Key = key, Value = value };
}
