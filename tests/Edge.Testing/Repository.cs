namespace Edge.Testing;

/// <summary>Where this checkout lies, found from the folder of the test that runs.</summary>
internal static class Repository
{
    /// <summary>The checkout's folder.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>The folder of the shipped bundle.</summary>
    public static string Brick { get; } = Path.Combine(Root, "models", "brick");

    private static string Find(string? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder, "Edge.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Edge.sln.");
    }
}
