using Edge.Runtime;
using Edge.Runtime.Inference;

namespace Edge.Training.Learning;

/// <summary>Which precision a machine is good at.</summary>
internal static class TrainingPrecisions
{
    /// <summary>Reads "auto", "fp32" or "bf16".</summary>
    /// <exception cref="ArgumentException">It is none of these.</exception>
    /// <exception cref="DeviceException">bf16 on a processor without it: libtorch would go through 32 bits one product at a time.</exception>
    public static TrainingPrecision Parse(string name, string device) => name switch
    {
        "fp32" => TrainingPrecision.Fp32,
        "bf16" when device == "cpu" && !HasBf16 => throw new DeviceException(
            "--precision bf16: this processor has no bfloat16 arithmetic (AVX512_BF16 or AMX); train with --precision fp32."),
        "bf16" => TrainingPrecision.Bf16,
        "auto" => device == "cpu" ? Fastest(Machine.CpuFlags) : TrainingPrecision.Fp32,
        _ => throw new ArgumentException($"--precision {name} is not auto, fp32 or bf16."),
    };

    /// <summary>bfloat16 where the processor multiplies it in tiles (AMX), where training takes half the time. With AVX512_BF16 alone it takes 1.4 times as long as 32 bits do, since
    /// what is won by multiplying is lost by converting.</summary>
    internal static TrainingPrecision Fastest(IReadOnlyCollection<string> flags) => flags.Contains("amx_bf16") ? TrainingPrecision.Bf16 : TrainingPrecision.Fp32;

    /// <summary>Whether this processor has AVX512_BF16, which every processor with AMX has too.</summary>
    public static bool HasBf16 => Machine.CpuFlags.Contains("avx512_bf16");
}
