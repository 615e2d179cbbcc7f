using System.Diagnostics;

namespace Edge.Tests.Service;

/// <summary>A test that needs a small disk of its own, for which one must be root and may mount.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TmpfsFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Obstacle = new(Try);

    public TmpfsFactAttribute() => Skip = Obstacle.Value;

    /// <summary>Runs mount or umount.</summary>
    /// <returns>What it complained of; null when it worked.</returns>
    public static string? Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : $"{program}: {error.Trim()}";
    }

    private static string? Try()
    {
        if (!Environment.IsPrivilegedProcess)
            return "only root can mount a small disk";
        var folder = Directory.CreateTempSubdirectory("edge-").FullName;
        try
        {
            return Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder) ?? Run("umount", folder);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return e.Message;
        }
        finally
        {
            Directory.Delete(folder);
        }
    }
}
