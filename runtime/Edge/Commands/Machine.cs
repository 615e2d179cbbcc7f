using System.Runtime.InteropServices;

namespace Edge.Commands;

/// <summary>The machine, as reports name it.</summary>
internal static class Machine
{
    /// <summary>The processor's model, or its architecture where the system names none.</summary>
    public static string CpuModel =>
        CpuInfo("model name") ?? (File.Exists(BoardModel) ? File.ReadAllText(BoardModel).Trim('\0', '\n') : RuntimeInformation.ProcessArchitecture.ToString());

    /// <summary>The instruction sets the processor has, by Linux's names.</summary>
    public static IReadOnlyCollection<string> CpuFlags => (CpuInfo("flags") ?? CpuInfo("Features") ?? "").Split(' ');

    private const string BoardModel = "/proc/device-tree/model";

    private static string? CpuInfo(string key)
    {
        const string path = "/proc/cpuinfo";
        var line = File.Exists(path) ? File.ReadLines(path).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':') + 1)..].Trim();
    }
}
