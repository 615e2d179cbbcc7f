using Edge.Runtime;
using SkiaSharp;

namespace Edge.Drawing;

/// <summary>Skia's and HarfBuzz's native libraries: checked once, and named for reports.</summary>
internal static class SkiaLibrary
{
    private static readonly Lazy<string> Loaded = new(Load);

    /// <summary>The versions of both libraries, e.g. for <c>edge doctor</c>.</summary>
    /// <exception cref="DeviceException">A native library is missing, does not load or is of another version.</exception>
    public static string Description => Loaded.Value;

    internal static void EnsureLoaded() => _ = Loaded.Value;

    private static string Load()
    {
        try
        {
            SkiaSharpVersion.CheckNativeLibraryCompatible(throwIfIncompatible: true);
            using var buffer = new HarfBuzzSharp.Buffer();
            return $"Skia {SkiaSharpVersion.Native} through SkiaSharp {typeof(SKCanvas).Assembly.GetName().Version}, with HarfBuzz";
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException or TypeInitializationException
            or InvalidOperationException)
        {
            var reason = (e is TypeInitializationException { InnerException: { } inner } ? inner : e).Message.Split('\n')[0];
            throw new DeviceException($"Skia's native libraries do not load ({reason.Trim()}): run tools/setup and build again.", e);
        }
    }
}
