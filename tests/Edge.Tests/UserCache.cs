using System.Runtime.CompilerServices;

namespace Edge.Tests;

/// <summary>Tests leave the cache of whoever runs them alone.</summary>
internal static class UserCache
{
    public static string Folder { get; } = Directory.CreateTempSubdirectory("edge-tests-cache-").FullName;

    [ModuleInitializer]
    internal static void Redirect()
    {
        Environment.SetEnvironmentVariable("XDG_CACHE_HOME", Folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Folder, recursive: true);
    }
}
