using System.Diagnostics;
using Edge.Runtime.Tests.Inference;

namespace Edge.Tests.Outputs;

/// <summary>A test that mounts a small disk in memory, and is skipped where that is not allowed.</summary>
internal sealed class SmallDiskFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Refusal = new(() =>
    {
        using var folder = new TemporaryFolder();
        if (Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.Path) is { } refusal)
            return $"a small tmpfs cannot be mounted here: {refusal}";
        Run("umount", folder.Path);
        return null;
    });

    public SmallDiskFactAttribute() => Skip = Refusal.Value;

    /// <returns>What went wrong; null when nothing did.</returns>
    public static string? Run(string program, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : error.Trim();
    }
}
