using System.Runtime.InteropServices;
using Edge.Onnx.Schema;
using Google.Protobuf;

namespace Edge.Onnx;

/// <summary>Builds one ONNX graph, node by node. Every method that adds a node returns the name of its output. Not thread-safe.</summary>
/// <param name="name">The graph's name.</param>
/// <param name="weights">Holds what <see cref="Weight"/> is given; null keeps it in the graph.</param>
public sealed class OnnxGraph(string name, WeightsFile? weights = null)
{
    private const int IrVersion = 8;

    /// <summary>The oldest and the newest opset whose operators mean what this writes: axes became an input of some with 13, of others with 18.</summary>
    public const int OldestOpset = 13, NewestOpset = 17;

    private readonly GraphProto graph = new() { Name = name };
    private readonly HashSet<string> constants = [];
    private int count;

    /// <summary>The opset its nodes are of, between <see cref="OldestOpset"/> and <see cref="NewestOpset"/>. Copied nodes are not converted.</summary>
    public int Opset { get; set; } = NewestOpset;

    /// <summary>Declares an input of 32-bit floats; a dimension is a number or a name for what is only known when it runs.</summary>
    public string Input(string name, params object[] dimensions) => Input<float>(name, dimensions);

    /// <summary>Declares an input of elements of type <typeparamref name="T"/>.</summary>
    /// <inheritdoc cref="Input(string, object[])"/>
    public string Input<T>(string name, params object[] dimensions) where T : unmanaged
    {
        graph.Input.Add(Describe<T>(name, dimensions));
        return name;
    }

    /// <summary>Gives a value out as 32-bit floats, under a name of its own; dimensions as with an input.</summary>
    public void Output(string name, string value, params object[] dimensions) => Output<float>(name, value, dimensions);

    /// <summary>Gives a value out as elements of type <typeparamref name="T"/>.</summary>
    /// <inheritdoc cref="Output(string, string, object[])"/>
    public void Output<T>(string name, string value, params object[] dimensions) where T : unmanaged
    {
        graph.Node.Add(new NodeProto { OpType = "Identity", Name = name, Input = { value }, Output = { name } });
        graph.Output.Add(Describe<T>(name, dimensions));
    }

    /// <summary>Adds a node with one output. An attribute is an int, a float, a string or a list of ints.</summary>
    public string Node(string op, IEnumerable<string> inputs, params (string Name, object Value)[] attributes)
    {
        var node = Add(op, inputs, attributes);
        node.Output.Add(node.Name);
        return node.Name;
    }

    /// <summary>Adds a copy of another graph's node; what it reads and gives is renamed.</summary>
    public void Copy(NodeProto node, Func<string, string> rename)
    {
        var copy = node.Clone();
        copy.Name = rename(node.Output[0]);
        Rename(copy.Input);
        Rename(copy.Output);
        graph.Node.Add(copy);

        // An optional input or output that is not there has no name.
        void Rename(IList<string> names)
        {
            for (var i = 0; i < names.Count; i++)
                names[i] = names[i].Length == 0 ? "" : rename(names[i]);
        }
    }

    /// <summary>Adds a Split into parts of these sizes along an axis.</summary>
    public string[] Split(string value, int axis, params int[] sizes)
    {
        var lengths = Constant($"sizes_{string.Join('_', sizes)}", [.. sizes.Select(s => (long)s)]);
        var node = Add("Split", [value, lengths], [("axis", axis)]);
        node.Output.AddRange(Enumerable.Range(0, sizes.Length).Select(i => $"{node.Name}_{i}"));
        return [.. node.Output];
    }

    /// <summary>A weight, kept in the weights file, or in the graph itself where there is none. A known name stands for what it was first given.</summary>
    public string Weight(string name, ReadOnlySpan<float> values, params long[] dims)
    {
        if (weights is null)
            return Constant(name, values, dims);
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

    /// <summary>A constant, kept in the graph itself; no dimensions mean a single value. A known name stands for what it was first given.</summary>
    public string Constant<T>(string name, ReadOnlySpan<T> values, params ReadOnlySpan<long> dims) where T : unmanaged
    {
        if (constants.Add(name))
            graph.Initializer.Add(OnnxFile.Tensor(name, values, dims));
        return name;
    }

    /// <summary>A constant of any type, kept in the graph itself under its own name.</summary>
    public void Constant(TensorProto tensor)
    {
        if (constants.Add(tensor.Name))
            graph.Initializer.Add(tensor);
    }

    /// <summary>A list of 64-bit integers, kept in the graph itself: sizes and axes.</summary>
    public string Constant(string name, params ReadOnlySpan<long> values) => Constant(name, values, [values.Length]);

    /// <summary>The graph as a model.</summary>
    /// <param name="producer">The program that makes it.</param>
    /// <param name="version">That program's version.</param>
    /// <param name="metadata">Goes into metadata_props; null is none.</param>
    public ModelProto ToModel(string producer, string version, IReadOnlyDictionary<string, string>? metadata = null) => new()
    {
        IrVersion = IrVersion,
        ProducerName = producer,
        ProducerVersion = version,
        Graph = graph,
        OpsetImport = { new OperatorSetIdProto { Domain = "", Version = Opset } },
        MetadataProps = { (metadata ?? new Dictionary<string, string>()).Select(m => Entry(m.Key, m.Value)) },
    };

    private NodeProto Add(string op, IEnumerable<string> inputs, IEnumerable<(string Name, object Value)> attributes)
    {
        var node = new NodeProto { OpType = op, Name = $"{op}_{count++}", Input = { inputs } };
        node.Attribute.AddRange(attributes.Select(a => Attribute(a.Name, a.Value)));
        graph.Node.Add(node);
        return node;
    }

    private static AttributeProto Attribute(string name, object value) => value switch
    {
        int i => new AttributeProto { Name = name, Type = AttributeProto.Types.Type.Int, I = i },
        float f => new AttributeProto { Name = name, Type = AttributeProto.Types.Type.Float, F = f },
        string s => new AttributeProto { Name = name, Type = AttributeProto.Types.Type.String, S = ByteString.CopyFromUtf8(s) },
        int[] list => new AttributeProto { Name = name, Type = AttributeProto.Types.Type.Ints, Ints = { list.Select(i => (long)i) } },
        _ => throw new ArgumentException($"Attribute {name} has type {value.GetType().Name}, which the writer does not know."),
    };

    private static ValueInfoProto Describe<T>(string name, object[] dimensions) where T : unmanaged => new()
    {
        Name = name,
        Type = new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor
            {
                ElemType = OnnxFile.TypeOf<T>(),
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
