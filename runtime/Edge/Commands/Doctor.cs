using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Edge.Cameras;
using Edge.CommandLine;
using Edge.Drawing;
using Edge.Drawing.Typesetting;
using Edge.Outputs;
using Edge.Runtime;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inference;
using Edge.Runtime.Natives;
using Microsoft.ML.OnnxRuntime;

namespace Edge.Commands;

/// <summary>The checks of <c>edge doctor</c>, each made when it is asked for.</summary>
/// <param name="bundle">A bundle to check too, or null.</param>
internal sealed class Doctor(string? bundle)
{
    // eps[N, 1, H, W] = t * convolution of x with a 3x3 Laplacian: small, but a provider needs its convolutions for it.
    private const string ProbeNetwork =
        "CAgSADqXAgolCgF4CgF3EgRjb252IgRDb252KhEKBHBhZHNAAUABQAFAAaABBwoYCgF0CgRlYWNoEgR0aW1lIgdSZXNoYXBlChYKBGNvbnYKBHRpbWUSA2VwcyIDTXVsEgVwcm9iZSoz"
        + "CAEIAQgDCAMQAUIBd0okAAAAAAAAgD8AAAAAAACAPwAAgMAAAIA/AAAAAAAAgD8AAAAAKiwIBBAHQgRlYWNoSiD//////////wEAAAAAAAAAAQAAAAAAAAABAAAAAAAAAFoeCgF4EhkK"
        + "FwgBEhMKAxIBTgoCCAEKAxIBSAoDEgFXWhAKAXQSCwoJCAESBQoDEgFOYiAKA2VwcxIZChcIARITCgMSAU4KAggBCgMSAUgKAxIBV0IECgAQEXIXChJlZGdlLnNpemVfbXVsdGlwbGUS"
        + "ATg=";

    private const long SmallMemory = 1L << 30;

    public IEnumerable<DoctorRow> Examine()
    {
        yield return new DoctorRow("edge", DoctorStatus.Ok, CommandHost.Version);
        yield return new DoctorRow(".NET", DoctorStatus.Ok, $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription}, {RuntimeInformation.RuntimeIdentifier}");
        yield return Tried("ONNX Runtime", () =>
            $"{OnnxRuntimeLibrary.Version} at {OnnxRuntimeLibrary.Location}, called through {ManagedVersion(typeof(InferenceSession).Assembly)}");
        yield return Tried("OpenCV", () => OpenCvLibrary.Description);
        yield return new DoctorRow("pictures", DoctorStatus.Ok, $"{PictureFile.Formats} of 8 or 16 bits");
        foreach (var row in NativeChecks.Examine())
            yield return row;
        yield return Tried("cpu", () => Prove(ExecutionProvider.Cpu));
        yield return Gpu(ExecutionProvider.Cuda);
        yield return Gpu(ExecutionProvider.TensorRt);
        yield return Processor();
        yield return Memory();
        yield return Drawing();
        yield return Optional("aravis", "libaravis-0.8.so.0", "libaravis-0.8-0", "GigE Vision and USB3 Vision cameras");
        yield return Streams();
        yield return Optional("gpio", GpioChip.Library ?? "libgpiod.so.3", "libgpiod3 (libgpiod2 on Debian 12)", "outputs.gpio");
        yield return Cameras();
        if (bundle is not null)
            yield return Tried("bundle", () =>
            {
                var (checkedBundle, golden) = BundleCommand.Check(bundle, new InferenceOptions());
                return $"{checkedBundle.Id} {checkedBundle.Manifest.Version}, {golden} golden scores agree";
            });
    }

    private static DoctorRow Tried(string check, Func<string> attempt)
    {
        try
        {
            return new DoctorRow(check, DoctorStatus.Ok, attempt());
        }
        catch (EdgeException e)
        {
            // The messages say what to do; a second remedy would only repeat them.
            return new DoctorRow(check, DoctorStatus.Fail, e.Message);
        }
    }

    private static DoctorRow Gpu(ExecutionProvider provider)
    {
        var name = provider.ToString().ToLowerInvariant();
        var fitted = File.Exists("/dev/nvidiactl") || File.Exists("/dev/nvhost-gpu");
        try
        {
            var library = $"libonnxruntime_providers_{name}.so";
            if (File.Exists(Path.Combine(Path.GetDirectoryName(OnnxRuntimeLibrary.Location)!, library)))
                return new DoctorRow(name, DoctorStatus.Ok, Prove(provider));
            return fitted
                ? new DoctorRow(name, DoctorStatus.Warn, $"there is an NVIDIA GPU, but {library} is not installed",
                    $"install the package edge-cuda of the same version, or name the folder of your own build in {OnnxRuntimeLibrary.FolderVariable}")
                : new DoctorRow(name, DoctorStatus.Ok, "not installed, and no NVIDIA GPU is here to need it");
        }
        catch (EdgeException e)
        {
            return new DoctorRow(name, DoctorStatus.Warn, e.Message, fitted ? "install CUDA 13, cuDNN 9 and, for tensorrt, TensorRT 10, or inspect with --device cpu" : "inspect with --device cpu");
        }
    }

    private static string Prove(ExecutionProvider provider)
    {
        var folder = Directory.CreateTempSubdirectory("edge-").FullName;
        try
        {
            var path = Path.Combine(folder, "probe.onnx");
            File.WriteAllBytes(path, Convert.FromBase64String(ProbeNetwork));
            using var network = OnnxDenoiser.Open(path, new InferenceOptions { Provider = provider });
            return "works: it ran a small network";
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static DoctorRow Processor()
    {
        var flags = Machine.CpuFlags;
        string[] known = [.. new[] { "avx2", "avx512f", "avx512_vnni", "avx_vnni", "asimd", "asimddp" }.Where(flags.Contains)];
        var finding = $"{Machine.CpuModel}, {Environment.ProcessorCount} processors for this process, {(known.Length > 0 ? string.Join(' ', known) : "no vector instructions known")}";
        return RuntimeInformation.ProcessArchitecture == Architecture.X64 && !flags.Contains("avx2")
            ? new DoctorRow("processor", DoctorStatus.Warn, finding, "without AVX2 an inspection takes several times longer; use a processor that has it")
            : new DoctorRow("processor", DoctorStatus.Ok, finding);
    }

    private static DoctorRow Memory()
    {
        var bytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var finding = $"{bytes / (double)(1 << 30):0.0} GiB for this process";
        return bytes < SmallMemory
            ? new DoctorRow("memory", DoctorStatus.Warn, finding, "large pictures may not fit; give it 1 GiB or more")
            : new DoctorRow("memory", DoctorStatus.Ok, finding);
    }

    private static DoctorRow Drawing()
    {
        // A letter of each; Latin, Greek, Cyrillic, Arabic and Hebrew are built in.
        var tried = Tried("drawing", () => SkiaLibrary.Description);
        if (tried.Status == DoctorStatus.Fail)
            return tried;
        (string Name, char Letter)[] scripts =
            [("Chinese", '\u4E2D'), ("Hindi", '\u0939'), ("Japanese", '\u30E9'), ("Korean", '\uD55C'), ("Thai", '\u0E44')];
        string[] missing = [.. scripts.Where(script => FontBook.Default.Find(new Rune(script.Letter)) is null).Select(script => script.Name)];
        return missing.Length == 0 ? tried : new DoctorRow("drawing", DoctorStatus.Warn,
            $"{tried.Finding}; no font here has {string.Join(", ", missing)}: overlays show such names as code points",
            "if you need them, apt install fonts-noto-core fonts-noto-cjk");
    }

    /// <summary>A library that only some lines need.</summary>
    private static DoctorRow Optional(string check, string library, string package, string use)
    {
        if (!NativeLibraries.TryLoad(library, out var handle, out var reason))
            return new DoctorRow(check, DoctorStatus.Warn, $"{use} will not work: {reason}", $"if you need them, apt install {package}");
        NativeLibrary.Free(handle);
        return new DoctorRow(check, DoctorStatus.Ok, $"{library} for {use}");
    }

    /// <summary>GStreamer, and whether streams of every kind can be read.</summary>
    private static DoctorRow Streams()
    {
        const string Check = "gstreamer";
        try
        {
            GStreamerNative.EnsureStarted();
        }
        catch (DeviceException e)
        {
            return new DoctorRow(Check, DoctorStatus.Warn, e.Message.Split(". ")[0], "if you need RTSP, HTTP or GStreamer cameras, "
                + "apt install libgstreamer1.0-0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-libav glib-networking");
        }
        var missing = string.Join(' ', GStreamerNative.MissingPackages());
        return missing.Length == 0
            ? new DoctorRow(Check, DoctorStatus.Ok, $"{GStreamerNative.Version} with what RTSP, HTTP and TLS need")
            : new DoctorRow(Check, DoctorStatus.Warn, $"{GStreamerNative.Version}; some streams will not work", $"if you need them, apt install {missing}");
    }

    private static DoctorRow Cameras()
    {
        var devices = Directory.EnumerateFiles("/dev", "video*").Select(Path.GetFileName).Order(StringComparer.Ordinal).ToArray();
        return new DoctorRow("v4l2", DoctorStatus.Ok, devices.Length == 0 ? "no video devices" : $"{devices.Length} video devices: {string.Join(", ", devices)}");
    }

    private static string? ManagedVersion(Assembly assembly) =>
        $"{assembly.GetName().Name} {assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? assembly.GetName().Version?.ToString()}";
}
