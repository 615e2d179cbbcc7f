namespace Edge.Tests;

/// <summary>A test that needs a small disk of its own, for which one must be root and may mount.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TmpfsFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Obstacle = new(Try);

    public TmpfsFactAttribute() => Skip = Obstacle.Value;

    private static string? Try()
    {
        if (!Environment.IsPrivilegedProcess)
            return "only root can mount a small disk";
        var folder = Directory.CreateTempSubdirectory("edge-").FullName;
        try
        {
            return Tool.Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder) ?? Tool.Run("umount", folder);
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
