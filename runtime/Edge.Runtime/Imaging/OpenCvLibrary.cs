using System.Reflection;
using Edge.Runtime.Natives;
using OpenCvSharp;

namespace Edge.Runtime.Imaging;

/// <summary>
/// OpenCV's native library: the one installed with Edge, or that of the folder named by the environment variable EDGE_OPENCV (Jetson and other
/// machines whose owners build their own). Loaded once, made quiet, and named for reports.
/// </summary>
internal static class OpenCvLibrary
{
    /// <summary>The environment variable that names a folder with libOpenCvSharpExtern.so.</summary>
    public const string FolderVariable = "EDGE_OPENCV";

    private static readonly Lazy<string> Loaded = new(Load);

    /// <summary>OpenCV's version, its file and the assembly it is reached through, e.g. for <c>edge doctor</c>.</summary>
    /// <exception cref="DeviceException">The native library is missing or does not load.</exception>
    public static string Description => Loaded.Value;

    /// <summary>Loads the library once. Everything in this room that calls OpenCV calls this first; so must code elsewhere that does.</summary>
    /// <exception cref="DeviceException">The native library is missing or does not load.</exception>
    public static void EnsureLoaded() => _ = Loaded.Value;

    private static string Load()
    {
        var managed = typeof(Mat).Assembly;
        var version = managed.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? managed.GetName().Version?.ToString();
        var path = "the library that the host program has chosen";
        nint library = 0;
        // First the resolver: beside a host's own library, a second copy of OpenCV would be loaded for nothing.
        if (NativeLibraries.Bind(managed, "OpenCvSharpExtern", () => library))
        {
            path = NativeLibraries.Find(FolderVariable, "libOpenCvSharpExtern.so");
            // The package's library carries and exports libjpeg, libpng and others. The system's libjpeg, loaded through it (GTK needs it), would
            // call into those, and crash whoever uses it besides, such as GStreamer. Loaded before, it calls itself.
            NativeLibraries.TryLoad("libgtk-3.so.0", out _, out _);
            const string Advice = "The build that comes with Edge needs the Debian packages libgtk-3-0, libdrm2 and libatomic1.";
            library = NativeLibraries.Load(path, Advice);
        }
        try
        {
            // What OpenCV would log about a damaged picture is said by the exception.
            Cv2.SetLogLevel(LogLevel.SILENT);
            return $"OpenCV {Cv2.GetVersionString()} through OpenCvSharp {version} ({path})";
        }
        catch (Exception e) when (e is EntryPointNotFoundException or TypeInitializationException or DllNotFoundException)
        {
            var reason = (e is TypeInitializationException { InnerException: { } inner } ? inner : e).Message.ReplaceLineEndings(" ").Trim();
            throw new DeviceException($"{path} is not the native library of OpenCvSharp {version}: {reason}", e);
        }
    }
}
