using System.Runtime.InteropServices;
using Edge.Onnx.Schema;
using Google.Protobuf;

namespace Edge.Onnx;

/// <summary>Networks in memory, weights and all: what the passes that rewrite them work on.</summary>
public static class OnnxFile
{
    /// <summary>Reads a network with the weights that lie in files beside it.</summary>
    public static ModelProto Read(string path)
    {
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        var files = new Dictionary<string, byte[]>();
        foreach (var tensor in model.Graph.Initializer.Where(t => t.DataLocation == TensorProto.Types.DataLocation.External))
        {
            var place = tensor.ExternalData.ToDictionary(e => e.Key, e => e.Value);
            if (!files.TryGetValue(place["location"], out var bytes))
                files[place["location"]] = bytes = File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(path)!, place["location"]));
            tensor.RawData = ByteString.CopyFrom(bytes, int.Parse(place["offset"]), int.Parse(place["length"]));
            tensor.ExternalData.Clear();
            tensor.ClearDataLocation();
        }
        return model;
    }

    /// <summary>Writes a network, without what lies in files beside it.</summary>
    public static void Write(string path, ModelProto model) => File.WriteAllBytes(path, model.ToByteArray());

    /// <summary>The values of a tensor of 32-bit floats that holds them itself.</summary>
    public static float[] Floats(TensorProto tensor) => tensor.FloatData.Count > 0 ? [.. tensor.FloatData] : MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray();

    /// <summary>A constant that holds its values itself; no dimensions mean a single value.</summary>
    public static TensorProto Tensor<T>(string name, ReadOnlySpan<T> values, params ReadOnlySpan<long> dims) where T : unmanaged => new()
    {
        Name = name,
        Dims = { dims.ToArray() },
        DataType = TypeOf<T>(),
        RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)),
    };

    /// <summary>ONNX's name for a type.</summary>
    /// <exception cref="ArgumentException">It is none of those that Edge writes.</exception>
    internal static TensorProto.Types.DataType TypeOf<T>() where T : unmanaged => default(T) switch
    {
        float => TensorProto.Types.DataType.Float,
        byte => TensorProto.Types.DataType.Uint8,
        sbyte => TensorProto.Types.DataType.Int8,
        int => TensorProto.Types.DataType.Int32,
        long => TensorProto.Types.DataType.Int64,
        _ => throw new ArgumentException($"{typeof(T).Name} is no type that this writes."),
    };

    /// <summary>A value as an output of 32-bit floats whose shape shows when it runs.</summary>
    public static ValueInfoProto FloatOutput(string value) =>
        new() { Name = value, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = TensorProto.Types.DataType.Float } } };
}
