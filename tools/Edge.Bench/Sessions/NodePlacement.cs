using System.Text.Json;

namespace Edge.Bench.Sessions;

/// <summary>Nodes of one operator that one execution provider ran, as ONNX Runtime's trace tells.</summary>
/// <param name="Provider">ONNX Runtime's name of the provider.</param>
/// <param name="Operator">The operator.</param>
/// <param name="Nodes">How many nodes.</param>
internal sealed record NodePlacement(string Provider, string Operator, int Nodes)
{
    const string Suffix = "_kernel_time";

    /// <summary>Reads a trace: every node that ran, once.</summary>
    public static IReadOnlyList<NodePlacement> Read(string trace)
    {
        HashSet<(string Provider, string Operator, string Node)> nodes = [];
        using var events = JsonDocument.Parse(File.ReadAllText(trace));
        foreach (var entry in events.RootElement.EnumerateArray())
            if (entry.TryGetProperty("name", out var name) && name.GetString() is { } text && text.EndsWith(Suffix, StringComparison.Ordinal)
                && entry.TryGetProperty("args", out var args) && args.TryGetProperty("provider", out var provider) && args.TryGetProperty("op_name", out var type))
                nodes.Add((provider.GetString()!, type.GetString()!, text));
        return [.. nodes.GroupBy(node => (node.Provider, node.Operator)).Select(group => new NodePlacement(group.Key.Provider, group.Key.Operator, group.Count()))];
    }

    /// <summary>A copy between the memories of two devices, or a node elsewhere than on the providers named.</summary>
    public bool IsStray(IReadOnlyCollection<string> providers) => Operator.StartsWith("Memcpy", StringComparison.Ordinal) || !providers.Contains(Provider);

    public override string ToString() => $"{Nodes} {Operator} on {Provider}";
}
