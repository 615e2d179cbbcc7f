namespace Edge.Cameras;

/// <summary>The kernel's list of cameras.</summary>
internal static class V4l2Devices
{
    /// <param name="classFolder">Where the kernel describes them.</param>
    /// <param name="devices">Where their device files are.</param>
    public static IReadOnlyList<CameraListing> List(string classFolder = "/sys/class/video4linux", string devices = "/dev")
    {
        if (!Directory.Exists(classFolder))
            return [];
        var ids = Path.Combine(devices, "v4l", "by-id");
        var byTarget = (Directory.Exists(ids) ? Directory.GetFileSystemEntries(ids) : []).Order(StringComparer.Ordinal)
            .ToLookup(link => File.ResolveLinkTarget(link, returnFinalTarget: true)?.FullName ?? "");
        return [.. from folder in Directory.EnumerateDirectories(classFolder, "video*")
                   let device = Path.Combine(devices, Path.GetFileName(folder))
                   orderby device.Length, device
                   select new CameraListing("v4l2", device) { Name = Name(folder), ById = byTarget[device].FirstOrDefault() }];
    }

    private static string? Name(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "name")).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Unplugged while it was looked at.
            return null;
        }
    }
}
