using System.Runtime.InteropServices;
using Edge.Runtime;
using Edge.Runtime.Natives;
using TorchSharp;

namespace Edge.Training.Networks;

/// <summary>libtorch and TorchSharp's native library over it.</summary>
internal static class TorchLibrary
{
    private static readonly Lazy<string> Loaded = new(Load);

    /// <summary>libtorch's version.</summary>
    /// <exception cref="DeviceException">A native library is missing or does not load; the message has the loader's own words.</exception>
    public static string Description => Loaded.Value;

    /// <summary>Loads the libraries once. Called before anything of TorchSharp is, whose own message hides the loader's.</summary>
    /// <exception cref="DeviceException">A native library is missing or does not load.</exception>
    public static void EnsureLoaded() => _ = Loaded.Value;

    /// <summary>The number that libtorch's logging has for errors.</summary>
    private const int Errors = 2;

    private static string Load()
    {
        // Otherwise it warns at every small convolution that the processor is none for NNPACK, which is not used.
        if (NativeLibrary.TryGetExport(Open("libc10.so"), "FLAGS_caffe2_log_level", out var level))
            Marshal.WriteInt32(level, Errors);
        Open("libtorch.so");
        Open("libLibTorchSharp.so");
        try
        {
            return $"libtorch {torch.__version__}";
        }
        catch (TypeInitializationException e)
        {
            throw new DeviceException($"libtorch does not load: {e.GetBaseException().Message.Split('\n')[0]}", e);
        }
    }

    private static nint Open(string name)
    {
        var path = NativeLibraries.Folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new DeviceException($"{name} is missing from {AppContext.BaseDirectory}: run tools/setup, then build again.");
        return NativeLibraries.Load(path, "Run tools/setup, which installs what it needs.");
    }
}
