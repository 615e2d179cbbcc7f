using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Edge.Bench.Speed;

/// <summary>Writes an ONNX file by the field numbers of onnx.proto: just what the benchmark's own networks need. Opset 17.</summary>
internal sealed class OnnxModel
{
    const int IrVersion = 8, Opset = 17, Float = 1, UInt8 = 2, Int8 = 3, Int32 = 6, Int64 = 7;

    readonly MemoryStream _nodes = new(), _initializers = new(), _inputs = new(), _outputs = new(), _metadata = new();
    int _count;

    /// <summary>Weights it holds so far.</summary>
    public long Parameters { get; private set; }

    /// <summary>Adds a node with one output and returns its name. Attributes are whole numbers (int) or lists of them (int[]).</summary>
    public string Node(string type, string[] inputs, params (string Name, object Value)[] attributes) => Nodes(type, inputs, 1, attributes)[0];

    /// <summary>Adds a node and returns the names of its outputs.</summary>
    public string[] Nodes(string type, string[] inputs, int outputs, params (string Name, object Value)[] attributes)
    {
        var id = _count++;
        string[] names = [.. Enumerable.Range(0, outputs).Select(i => $"{type}_{id}_{i}")];
        Write(_nodes, 1, [
            .. inputs.SelectMany(input => Text(1, input)), .. names.SelectMany(name => Text(2, name)), .. Text(3, $"{type}_{id}"), .. Text(4, type),
            .. attributes.SelectMany(attribute => Bytes(5, Attribute(attribute.Name, attribute.Value)))]);
        return names;
    }

    /// <summary>Adds a constant and returns its name; no dimensions = a single value.</summary>
    public string Constant<T>(T[] values, params long[] dimensions) where T : unmanaged
    {
        var name = $"c{_count++}";
        Parameters += typeof(T) == typeof(float) ? values.Length : 0;
        Write(_initializers, 5, [.. dimensions.SelectMany(size => Number(1, size)), .. Number(2, TypeOf<T>()), .. Text(8, name), .. Bytes(9, MemoryMarshal.AsBytes<T>(values).ToArray())]);
        return name;
    }

    /// <summary>Declares an input; a dimension is a number or a name for what is free.</summary>
    public string Input<T>(string name, string dimensions) where T : unmanaged
    {
        Write(_inputs, 11, Value(name, dimensions, TypeOf<T>()));
        return name;
    }

    /// <summary>Declares a value as an output under a name of its own.</summary>
    public void Output<T>(string name, string value, string dimensions) where T : unmanaged
    {
        Write(_nodes, 1, [.. Text(1, value), .. Text(2, name), .. Text(3, name), .. Text(4, "Identity")]);
        Write(_outputs, 12, Value(name, dimensions, TypeOf<T>()));
    }

    /// <summary>Adds an entry of metadata_props.</summary>
    public void Metadata(string key, string value) => Write(_metadata, 14, [.. Text(1, key), .. Text(2, value)]);

    /// <summary>The file.</summary>
    public byte[] ToArray()
    {
        byte[] graph = [.. _nodes.ToArray(), .. Text(2, "edge-bench"), .. _initializers.ToArray(), .. _inputs.ToArray(), .. _outputs.ToArray()];
        return [.. Number(1, IrVersion), .. Text(2, "edge-bench"), .. Bytes(7, graph), .. Bytes(8, Number(2, Opset)), .. _metadata.ToArray()];
    }

    static int TypeOf<T>() =>
        typeof(T) == typeof(float) ? Float : typeof(T) == typeof(byte) ? UInt8 : typeof(T) == typeof(sbyte) ? Int8 : typeof(T) == typeof(int) ? Int32
        : typeof(T) == typeof(long) ? Int64 : throw new ArgumentException($"{typeof(T).Name} is no type this writes.");

    static byte[] Attribute(string name, object value) => value switch
    {
        int number => [.. Text(1, name), .. Number(3, number), .. Number(20, 2)],
        int[] list => [.. Text(1, name), .. list.SelectMany(number => Number(8, number)), .. Number(20, 7)],
        string text => [.. Text(1, name), .. Text(4, text), .. Number(20, 3)],
        _ => throw new ArgumentException($"Attribute {name} is a {value.GetType().Name}, which this does not write."),
    };

    static byte[] Value(string name, string dimensions, int type)
    {
        var sizes = dimensions.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(size => Bytes(1, long.TryParse(size, CultureInfo.InvariantCulture, out var number) ? Number(1, number) : Text(2, size)));
        return [.. Text(1, name), .. Bytes(2, Bytes(1, [.. Number(1, type), .. Bytes(2, [.. sizes])]))];
    }

    static void Write(MemoryStream stream, int field, byte[] content) => stream.Write(Bytes(field, content));

    static byte[] Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    static byte[] Bytes(int field, byte[] content) => [.. Varint((ulong)field << 3 | 2), .. Varint((ulong)content.Length), .. content];

    static byte[] Number(int field, long value) => [.. Varint((ulong)field << 3), .. Varint((ulong)value)];

    static List<byte> Varint(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 128; value >>= 7)
            bytes.Add((byte)(value | 128));
        bytes.Add((byte)value);
        return bytes;
    }
}
