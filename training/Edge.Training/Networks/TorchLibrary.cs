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

    private static string Load()
    {
        foreach (var name in (string[])["libtorch.so", "libLibTorchSharp.so"])
        {
            var path = NativeLibraries.Folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
                ?? throw new DeviceException($"{name} is missing from {AppContext.BaseDirectory}: run tools/setup, then build again.");
            NativeLibraries.Load(path, "Run tools/setup, which installs what it needs.");
        }
        try
        {
            return $"libtorch {torch.__version__}";
        }
        catch (TypeInitializationException e)
        {
            throw new DeviceException($"libtorch does not load: {e.GetBaseException().Message.Split('\n')[0]}", e);
        }
    }
}
