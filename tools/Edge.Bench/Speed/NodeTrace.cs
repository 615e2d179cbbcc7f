using System.Text.Json;

namespace Edge.Bench.Speed;

/// <summary>Reads the traces that ONNX Runtime's profiling writes.</summary>
internal static class NodeTrace
{
    const string KernelSuffix = "_kernel_time";

    /// <summary>The nodes of the last runs of a network, added up by operator type.</summary>
    /// <param name="trace">The trace, a JSON array of events.</param>
    /// <param name="pictures">Pictures inspected in all; runs beyond a multiple of it, such as those that prove the network, come first.</param>
    /// <param name="counted">Of them the last ones that count.</param>
    /// <param name="weights">Shapes by node, for those whose trace lacks them.</param>
    public static IReadOnlyList<NodeTime> Read(Stream trace, int pictures, int counted, IReadOnlyDictionary<string, long[]> weights)
    {
        using var document = JsonDocument.Parse(trace);
        var events = document.RootElement.EnumerateArray().Where(e => e.TryGetProperty("dur", out _)).ToArray();
        long[] runs = [.. events.Where(e => Name(e) == "model_run").Select(Start).Order()];
        var from = runs.Length - runs.Length / pictures * counted;
        if (from == runs.Length)
            return [];
        return [.. events.Where(e => Name(e).EndsWith(KernelSuffix, StringComparison.Ordinal) && Start(e) >= runs[from]).Select(e => Node(e, weights))
            .GroupBy(node => node.Operator)
            .Select(group => new NodeTime(group.Key, group.Count(), group.Sum(n => n.Milliseconds), group.Sum(n => n.Operations), group.Sum(n => n.Bytes), group.First().IsInt8))];
    }

    /// <summary>The shapes of convolutions' weights by node, of a network that ran with its weights as the file has them.</summary>
    public static IEnumerable<KeyValuePair<string, long[]>> Weights(Stream trace)
    {
        using var document = JsonDocument.Parse(trace);
        return [.. document.RootElement.EnumerateArray().Where(e => Name(e).EndsWith(KernelSuffix, StringComparison.Ordinal))
            .Select(e => KeyValuePair.Create(Name(e), WeightsOf(e.GetProperty("args")))).Where(pair => pair.Value.Length == 4)];
    }

    /// <summary>The second input, in the QLinear family after the picture's scale and zero point.</summary>
    static long[] WeightsOf(JsonElement args) =>
        Shapes(args, "input_type_shape").ElementAtOrDefault(args.GetProperty("op_name").GetString()!.StartsWith("QLinear", StringComparison.Ordinal) ? 3 : 1).Shape ?? [];

    static NodeTime Node(JsonElement node, IReadOnlyDictionary<string, long[]> shapes)
    {
        var args = node.GetProperty("args");
        var type = args.GetProperty("op_name").GetString()!;
        var (inputs, outputs) = (Shapes(args, "input_type_shape"), Shapes(args, "output_type_shape"));
        var int8 = type.StartsWith("QLinear", StringComparison.Ordinal) || type.EndsWith("Integer", StringComparison.Ordinal) || type == "QGemm";
        var weights = WeightsOf(args);
        double operations = 0;
        if (type.Contains("Conv", StringComparison.Ordinal) && weights.Length != 4 && shapes.TryGetValue(Name(node), out var packed))
        {
            weights = packed;
            inputs.Add((int8 ? 1 : sizeof(float), packed));
        }
        if (type.Contains("Conv", StringComparison.Ordinal) && weights.Length == 4)
        {
            // An output pixel of a channel takes in channels a group times kernel multiplications and as many additions.
            operations = 2 * Volume(outputs[0].Shape) * Volume(weights[1..]);
            type = $"{type} {weights[2]}x{weights[3]}";
        }
        else if ((type.Contains("MatMul", StringComparison.Ordinal) || type.Contains("Gemm", StringComparison.Ordinal)) && inputs.Count > 0 && outputs.Count > 0)
            operations = 2 * Volume(outputs[0].Shape) * inputs[0].Shape[^1];
        return new NodeTime(type, 1, node.GetProperty("dur").GetInt64() * 1e-3, operations, inputs.Concat(outputs).Sum(t => Volume(t.Shape) * t.Size), int8);
    }

    /// <summary>Size of an element and shape of each tensor, written as [{"float":[1,8,64,64]}, ...].</summary>
    static List<(int Size, long[] Shape)> Shapes(JsonElement args, string name) => args.TryGetProperty(name, out var list)
        ? [.. list.EnumerateArray().SelectMany(tensor => tensor.EnumerateObject()).Select(tensor => (SizeOf(tensor.Name), tensor.Value.EnumerateArray().Select(d => d.GetInt64()).ToArray()))]
        : [];

    static int SizeOf(string type) => type switch { "int8" or "uint8" or "bool" => 1, "float16" or "bfloat16" => 2, "int64" or "double" => 8, _ => 4 };

    static double Volume(long[] shape) => shape.Aggregate(1.0, (product, size) => product * size);

    static string Name(JsonElement e) => e.GetProperty("name").GetString() ?? "";

    static long Start(JsonElement e) => e.GetProperty("ts").GetInt64();
}
