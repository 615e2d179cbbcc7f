using System.Runtime.InteropServices;

namespace Edge.Runtime.Inference;

/// <summary>The machine a network runs on, as reports and caches name it.</summary>
internal static class Machine
{
    private const string BoardModel = "/proc/device-tree/model";

    /// <summary>The processor's model, or its architecture where the system names none.</summary>
    public static string CpuModel { get; } =
        CpuInfo("model name") ?? (File.Exists(BoardModel) ? File.ReadAllText(BoardModel).Trim('\0', '\n') : RuntimeInformation.ProcessArchitecture.ToString());

    /// <summary>The instruction sets the processor has, by Linux's names.</summary>
    public static IReadOnlyCollection<string> CpuFlags { get; } = (CpuInfo("flags") ?? CpuInfo("Features") ?? "").Split(' ');

    private static string? CpuInfo(string key)
    {
        const string path = "/proc/cpuinfo";
        var line = File.Exists(path) ? File.ReadLines(path).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':') + 1)..].Trim();
    }
}
