using System.Runtime.InteropServices;
using System.Text;

namespace Edge.Runtime.Tests.Inference;

/// <summary>Just enough of ONNX's protocol buffers (field numbers of onnx.proto) to write the small networks these tests run.</summary>
internal sealed class TinyOnnx
{
    private readonly List<byte[]> nodes = [], initializers = [], inputs = [], outputs = [], metadata = [];

    public TinyOnnx Node(string type, string[] from, string to, params (string Name, long[] Values)[] attributes)
    {
        var fields = attributes.Select(attribute => Field(5, [.. Field(1, attribute.Name), .. attribute.Values.SelectMany(value => Number(8, value)), .. Number(20, 7)]));
        nodes.Add([.. from.SelectMany(name => Field(1, name)), .. Field(2, to), .. Field(4, type), .. fields.SelectMany(field => field)]);
        return this;
    }

    public TinyOnnx Constant(string name, long[] dimensions, float[] values) => Constant(name, dimensions, 1, MemoryMarshal.AsBytes<float>(values).ToArray());

    public TinyOnnx Constant(string name, long[] values) => Constant(name, [values.Length], 7, MemoryMarshal.AsBytes<long>(values).ToArray());

    /// <summary>A dimension is a number, or a name where it is free.</summary>
    public TinyOnnx Input(string name, string dimensions, int elementType = 1)
    {
        inputs.Add(Value(name, dimensions, elementType));
        return this;
    }

    public TinyOnnx Output(string name, string dimensions)
    {
        outputs.Add(Value(name, dimensions, 1));
        return this;
    }

    public TinyOnnx Metadata(string key, string value)
    {
        metadata.Add([.. Field(1, key), .. Field(2, value)]);
        return this;
    }

    public string Write(TemporaryFolder folder, string name = "network.onnx")
    {
        byte[] graph = [.. Fields(1, nodes), .. Field(2, "tiny"), .. Fields(5, initializers), .. Fields(11, inputs), .. Fields(12, outputs)];
        byte[] model = [.. Number(1, 8), .. Field(7, graph), .. Field(8, Number(2, 17)), .. Fields(14, metadata)];
        var path = Path.Combine(folder.Path, name);
        File.WriteAllBytes(path, model);
        return path;
    }

    private TinyOnnx Constant(string name, long[] dimensions, int elementType, byte[] data)
    {
        initializers.Add([.. dimensions.SelectMany(size => Number(1, size)), .. Number(2, elementType), .. Field(8, name), .. Field(9, data)]);
        return this;
    }

    private static byte[] Value(string name, string dimensions, int elementType)
    {
        var sizes = dimensions.Split(',').Select(size => Field(1, long.TryParse(size, out var number) ? Number(1, number) : Field(2, size)));
        return [.. Field(1, name), .. Field(2, Field(1, [.. Number(1, elementType), .. Field(2, [.. sizes.SelectMany(size => size)])]))];
    }

    private static byte[] Fields(int field, List<byte[]> contents) => [.. contents.SelectMany(content => Field(field, content))];

    private static byte[] Field(int field, string text) => Field(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int field, byte[] content) => [.. Varint((ulong)field << 3 | 2), .. Varint((ulong)content.Length), .. content];

    private static byte[] Number(int field, long value) => [.. Varint((ulong)field << 3), .. Varint((ulong)value)];

    private static IEnumerable<byte> Varint(ulong value)
    {
        for (; value >= 128; value >>= 7)
            yield return (byte)(value | 128);
        yield return (byte)value;
    }
}
