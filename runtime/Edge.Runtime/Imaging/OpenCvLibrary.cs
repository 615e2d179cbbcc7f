using System.Reflection;
using System.Runtime.InteropServices;
using OpenCvSharp;

namespace Edge.Runtime.Imaging;

/// <summary>OpenCV's native library: found beside the program, made quiet, and named for reports.</summary>
public static class OpenCvLibrary
{
    private static readonly Lazy<string> Loaded = new(Load);

    /// <summary>OpenCV's version and the assembly it is reached through, e.g. for <c>edge doctor</c>.</summary>
    /// <exception cref="DeviceException">The native library is missing or does not load.</exception>
    public static string Description => Loaded.Value;

    /// <summary>Loads the library once. Everything in this room that calls OpenCV calls this first; so must code elsewhere that does.</summary>
    /// <exception cref="DeviceException">The native library is missing or does not load.</exception>
    public static void EnsureLoaded() => _ = Loaded.Value;

    private static string Load()
    {
        // The package's library carries and exports libjpeg, libpng and others. The system's libjpeg, loaded through it (GTK needs it), would call
        // into those, and crash whoever uses it besides, such as GStreamer. Loaded before, it calls itself.
        NativeLibrary.TryLoad("libgtk-3.so.0", out _);
        Assembly managed = typeof(Mat).Assembly;
        // OpenCvSharp asks the system loader only, which does not look beside the executable.
        NativeLibrary.SetDllImportResolver(managed, FindBesideExecutable);
        try
        {
            // What OpenCV would log about a damaged picture is said by the exception.
            Cv2.SetLogLevel(LogLevel.SILENT);
            string? through = managed.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
            return $"OpenCV {Cv2.GetVersionString()} through OpenCvSharp {through ?? managed.GetName().Version?.ToString()}";
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException or TypeInitializationException)
        {
            string reason = (e is TypeInitializationException { InnerException: { } inner } ? inner : e).Message.Split('\n')[0];
            throw new DeviceException($"OpenCV's native library does not load ({reason.Trim()}): run tools/setup and build again.", e);
        }
    }

    private static nint FindBesideExecutable(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        string platform = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        string file = OperatingSystem.IsWindows() ? $"{name}.dll" : OperatingSystem.IsMacOS() ? $"lib{name}.dylib" : $"lib{name}.so";
        string runtimes = Path.Combine("runtimes", $"{platform}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}", "native");
        foreach (string folder in (string[])["", runtimes])
            if (NativeLibrary.TryLoad(Path.Combine(AppContext.BaseDirectory, folder, file), out nint library)) return library;
        return 0;
    }
}
