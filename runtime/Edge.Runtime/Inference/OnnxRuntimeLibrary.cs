using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Edge.Runtime.Inference;

/// <summary>
/// The native ONNX Runtime library: the one installed with Edge, or that of the folder named by the environment variable
/// EDGE_ONNXRUNTIME (Jetson and other machines whose owners build their own). Loaded once, on first use, and kept from reporting home.
/// </summary>
public static class OnnxRuntimeLibrary
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
        // The library reads its environment itself, which .NET's SetEnvironmentVariable does not reach.
        SetEnvironment("ORT_DISABLE_TELEMETRY", "1", 1);
        var assembly = typeof(InferenceSession).Assembly;
        var library = Open(assembly, Environment.GetEnvironmentVariable(FolderVariable));

        // The version is read through the C API itself: Microsoft's classes call past the end of an older library's function table.
        if (!NativeLibrary.TryGetExport(library, "OrtGetApiBase", out var entry))
            throw new DeviceException($"{Find()} is not ONNX Runtime: it lacks OrtGetApiBase.");
        var api = ((delegate* unmanaged<ApiBase*>)entry)();
        var text = Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<byte*>)api->GetVersionString)()) ?? "";
        if (!Version.TryParse(text.Split('-', '+')[0], out var version))
            throw new DeviceException($"{Find()} reports the version '{text}', which is none.");

        var needed = NeededVersion(assembly);
        if (version.Major != needed.Major || version.Minor < needed.Minor)
            throw new DeviceException($"{Find()} is ONNX Runtime {version}, Edge needs {needed.Major}.{needed.Minor} or a later {needed.Major}.x.");

        try
        {
            NativeLibrary.SetDllImportResolver(assembly, (name, _, _) => name == "onnxruntime" ? library : 0);
            // Versions that know this switch write into the system's log otherwise that a resolver is there already; 1.26 does not know it.
            typeof(OrtEnv).GetProperty("DisableDllImportResolver")?.SetValue(null, true);
        }
        catch (InvalidOperationException)
        {
            // The program that hosts Edge has registered its own resolver and so has chosen the library itself.
        }
        return (version, Find());
    }

    private static nint Open(Assembly assembly, string? folder)
    {
        if (string.IsNullOrEmpty(folder))
        {
            if (NativeLibrary.TryLoad("libonnxruntime.so", assembly, null, out var installed))
                return installed;
            throw new DeviceException($"libonnxruntime.so is not installed beside Edge: run tools/setup, or name its folder in {FolderVariable}.");
        }

        var file = new[] { "libonnxruntime.so", "libonnxruntime.so.1" }.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new DeviceException($"{FolderVariable} names '{folder}', which holds no libonnxruntime.so.");
        try
        {
            return NativeLibrary.Load(file);
        }
        catch (Exception fault) when (fault is DllNotFoundException or BadImageFormatException)
        {
            throw new DeviceException($"{file} cannot be loaded: {fault.Message.Trim().Split('\n')[^1]}", fault);
        }
    }

    /// <summary>The published assembly and ours both carry ONNX Runtime's version; should one carry none, nothing can be required.</summary>
    private static Version NeededVersion(Assembly assembly)
    {
        var text = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        return Version.TryParse(text.Split('-', '+')[0], out var version) && version.Minor > 0 ? version : new Version(1, 0);
    }

    /// <summary>Which file the process has mapped; the loader itself does not tell.</summary>
    private static string Find() =>
        File.ReadLines("/proc/self/maps").Select(line => line[(line.IndexOf('/') + 1)..]).Where(path => path.Contains("/libonnxruntime.so"))
            .Select(path => "/" + path).FirstOrDefault() ?? "libonnxruntime.so";

    [DllImport("libc", EntryPoint = "setenv")]
    private static extern int SetEnvironment([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct ApiBase
    {
        public readonly nint GetApi;
        public readonly nint GetVersionString;
    }
}
