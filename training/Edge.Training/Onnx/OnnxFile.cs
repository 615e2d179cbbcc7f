using System.Runtime.InteropServices;
using Edge.Training.Onnx.Schema;
using Google.Protobuf;

namespace Edge.Training.Onnx;

/// <summary>Networks in memory, weights and all: what the passes that rewrite them work on.</summary>
internal static class OnnxFile
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

    public static float[] Floats(TensorProto tensor) => MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray();

    public static TensorProto Tensor<T>(string name, ReadOnlySpan<T> values, TensorProto.Types.DataType type, params ReadOnlySpan<long> dims) where T : unmanaged => new()
    {
        Name = name,
        Dims = { dims.ToArray() },
        DataType = type,
        RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)),
    };

    /// <summary>A value as an output of 32-bit floats whose shape shows when it runs.</summary>
    public static ValueInfoProto FloatOutput(string value) =>
        new() { Name = value, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = TensorProto.Types.DataType.Float } } };
}
