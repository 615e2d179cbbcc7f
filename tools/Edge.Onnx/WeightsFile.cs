using System.Runtime.InteropServices;

namespace Edge.Onnx;

/// <summary>The weights of a network, little-endian floats in one file that several ONNX files refer to as external data.</summary>
public sealed class WeightsFile(string name)
{
    /// <summary>ONNX Runtime maps external data into memory when it starts on such a boundary.</summary>
    private const int Alignment = 64;

    private readonly MemoryStream content = new();
    private readonly Dictionary<string, (long Offset, long Length)> places = [];

    /// <summary>The file's name, beside the ONNX files.</summary>
    public string Name => name;

    /// <summary>Where a tensor lies; it is written the first time its name is asked for.</summary>
    public (long Offset, long Length) Place(string tensor, ReadOnlySpan<float> values)
    {
        if (places.TryGetValue(tensor, out var place))
            return place;
        while (content.Position % Alignment != 0)
            content.WriteByte(0);
        place = (content.Position, values.Length * sizeof(float));
        content.Write(MemoryMarshal.AsBytes(values));
        return places[tensor] = place;
    }

    public void Save(string folder) => File.WriteAllBytes(Path.Combine(folder, name), content.ToArray());
}
