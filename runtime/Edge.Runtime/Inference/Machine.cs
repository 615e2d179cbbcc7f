using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Edge.Runtime.Inference;

/// <summary>The machine a network runs on, as reports and caches name it.</summary>
public static class Machine
{
    private const string BoardModel = "/proc/device-tree/model";

    /// <summary>The processor's model, or its architecture where the system names none.</summary>
    public static string CpuModel { get; } =
        CpuInfo("model name") ?? (File.Exists(BoardModel) ? File.ReadAllText(BoardModel).Trim('\0', '\n') : RuntimeInformation.ProcessArchitecture.ToString());

    /// <summary>The instruction sets the processor has, by Linux's names.</summary>
    public static IReadOnlyCollection<string> CpuFlags { get; } = (CpuInfo("flags") ?? CpuInfo("Features") ?? "").Split(' ');

    /// <summary>Whether the processor adds products of bytes up in 32 bits (AVX512-VNNI or AVX-VNNI).</summary>
    internal static bool HasVnni { get; } = X86Base.IsSupported && VnniIn(X86Base.CpuId(0, 0).Eax, X86Base.CpuId(7, 0), X86Base.CpuId(7, 1),
        avx512: Avx512BW.VL.IsSupported && Avx512DQ.VL.IsSupported, avx2: Avx2.IsSupported && Fma.IsSupported);

    /// <summary>Whether words of the CPUID instruction name VNNI in a form that the system lets programs use.</summary>
    /// <param name="leaves">EAX of leaf 0: the highest leaf.</param>
    /// <param name="extended">Leaf 7, subleaf 0; EAX is the highest subleaf, bit 11 of ECX AVX512-VNNI.</param>
    /// <param name="more">Leaf 7, subleaf 1; bit 4 of EAX is AVX-VNNI.</param>
    /// <param name="avx512">Whether AVX-512 of bytes and words may be used, on vectors of all lengths.</param>
    /// <param name="avx2">Whether AVX2 may be used.</param>
    internal static bool VnniIn(int leaves, (int Eax, int Ebx, int Ecx, int Edx) extended, (int Eax, int Ebx, int Ecx, int Edx) more, bool avx512, bool avx2) =>
        leaves >= 7 && (avx512 && (extended.Ecx & 1 << 11) != 0 || avx2 && extended.Eax >= 1 && (more.Eax & 1 << 4) != 0);

    private static string? CpuInfo(string key)
    {
        const string path = "/proc/cpuinfo";
        var line = File.Exists(path) ? File.ReadLines(path).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':') + 1)..].Trim();
    }
}
