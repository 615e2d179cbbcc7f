using System.Reflection;
using System.Runtime.InteropServices;
using Edge.Runtime.Natives;
using Microsoft.ML.OnnxRuntime;

namespace Edge.Runtime.Inference;

/// <summary>
/// The native ONNX Runtime library: the one installed with Edge, or that of the folder named by the environment variable
/// EDGE_ONNXRUNTIME (Jetson and other machines whose owners build their own). Loaded once, on first use, and kept from reporting home.
/// </summary>
internal static class OnnxRuntimeLibrary
{
    /// <summary>The environment variable that names a folder with libonnxruntime.so and its provider libraries.</summary>
    public const string FolderVariable = "EDGE_ONNXRUNTIME";

    private static readonly Lazy<(Version Version, string Location)> Loaded = new(Load);

    /// <summary>Version of the native library.</summary>
    /// <exception cref="DeviceException">The library is missing, damaged or older than Edge needs.</exception>
    public static Version Version => Loaded.Value.Version;

    /// <summary>The file the native library was loaded from.</summary>
    /// <exception cref="DeviceException">The library is missing, damaged or older than Edge needs.</exception>
    public static string Location => Loaded.Value.Location;

    private static unsafe (Version, string) Load()
    {
        // From 1.29 on the published Linux library sends what it runs on and what it runs to its maker, and writes a database for it under HOME.
        NativeLibraries.SetUnsetEnvironment("ORT_DISABLE_TELEMETRY", "1");
        var assembly = typeof(InferenceSession).Assembly;
        var path = NativeLibraries.Find(FolderVariable, "libonnxruntime.so", "libonnxruntime.so.1");
        var library = NativeLibraries.Load(path, "The build that comes with Edge needs the Debian package libstdc++6.");

        // The version is read through the C API itself: Microsoft's classes call past the end of an older library's function table.
        if (!NativeLibrary.TryGetExport(library, "OrtGetApiBase", out var entry))
            throw new DeviceException($"{path} is not ONNX Runtime: it lacks OrtGetApiBase.");
        var api = ((delegate* unmanaged<ApiBase*>)entry)();
        var text = Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<byte*>)api->GetVersionString)()) ?? "";
        if (!Version.TryParse(text.Split('-', '+')[0], out var version))
            throw new DeviceException($"{path} reports the version '{text}', which is none.");

        var needed = NeededVersion(assembly);
        if (version.Major != needed.Major || version.Minor < needed.Minor)
            throw new DeviceException($"{path} is ONNX Runtime {version}, Edge needs {needed.Major}.{needed.Minor} or a later {needed.Major}.x.");

        NativeLibraries.Bind(assembly, "onnxruntime", () => library);
        // Without this switch ONNX Runtime writes into the system's log that a resolver is there already.
        OrtEnv.DisableDllImportResolver = true;
        return (version, path);
    }

    /// <summary>The managed assembly carries the version of the library it was made for.</summary>
    private static Version NeededVersion(Assembly assembly)
    {
        var text = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        return Version.TryParse(text.Split('-', '+')[0], out var version) && version.Minor > 0 ? version : new Version(1, 0);
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct ApiBase
    {
        public readonly nint GetApi;
        public readonly nint GetVersionString;
    }
}
