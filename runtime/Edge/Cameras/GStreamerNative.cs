using System.Runtime.InteropServices;
using Edge.Runtime;
using static Edge.Cameras.GLibNative;

namespace Edge.Cameras;

/// <summary>The functions of GStreamer 1.x that are called. Names that begin with gst_ are the library's own.</summary>
internal static unsafe partial class GStreamerNative
{
    /// <summary>GST_PARSE_FLAG_FATAL_ERRORS: no half pipelines.</summary>
    public const int ParseFatalErrors = 1;

    /// <summary>GST_STATE_NULL, GST_STATE_PLAYING and GST_STATE_CHANGE_FAILURE.</summary>
    public const int StateNull = 1, StatePlaying = 4, StateChangeFailure = 0;

    /// <summary>GST_MESSAGE_ERROR.</summary>
    public const int MessageError = 2;

    /// <summary>GST_MAP_READ.</summary>
    public const int MapRead = 1;

    private const string GStreamer = "libgstreamer-1.0.so.0";
    private const string App = "libgstapp-1.0.so.0";

    private const string Base = "gstreamer1.0-plugins-base", Good = "gstreamer1.0-plugins-good", Libav = "gstreamer1.0-libav";

    /// <summary>What streams are read with, and the Debian package of each.</summary>
    private static readonly (string Element, string Package)[] Elements =
    [
        ("appsink", Base), ("decodebin", Base), ("videoconvert", Base), ("rtspsrc", Good), ("rtpjitterbuffer", Good), ("rtph264depay", Good), ("souphttpsrc", Good),
        ("multipartdemux", Good), ("jpegdec", Good), ("v4l2src", Good), ("avdec_h264", Libav), ("avdec_h265", Libav),
        ("openh264dec", "gstreamer1.0-plugins-bad"), ("x264enc", "gstreamer1.0-plugins-ugly"), ("nvarguscamerasrc", "nvidia-l4t-gstreamer"), ("nvvidconv", "nvidia-l4t-gstreamer"),
    ];

    /// <summary>How many of <see cref="Elements"/> a stream may need; the others are here for their packages' names.</summary>
    private const int Needed = 12;

    private static readonly Lazy<string?> Fault = new(Start);

    /// <summary>Loads and starts GStreamer; the first time takes a moment, and seconds where it has no list of its plugins yet.</summary>
    /// <exception cref="DeviceException">A library is missing, or GStreamer does not start.</exception>
    public static void EnsureStarted()
    {
        if (Fault.Value is { } fault)
            throw new DeviceException(fault);
    }

    /// <summary>GStreamer's version, as "GStreamer 1.22.0".</summary>
    public static string Version => Take(gst_version_string())!;

    /// <summary>Whether rtsps:// and https:// can be read: GIO loads TLS from a package of its own.</summary>
    public static bool HasTls => g_tls_backend_supports_tls(g_tls_backend_get_default()) != 0;

    /// <summary>The Debian packages that are missing for a stream of any kind.</summary>
    public static IReadOnlyList<string> MissingPackages() =>
        [.. Elements.Take(Needed).Where(item => !Has(item.Element)).Select(item => item.Package).Concat(HasTls ? [] : new[] { "glib-networking" }).Distinct()];

    /// <summary>What to do about an element that is missing.</summary>
    public static string Remedy(string element) => Elements.FirstOrDefault(item => item.Element == element).Package is { } package
        ? $"apt-get install {package}"
        : $"install the GStreamer plugin that has it (apt-cache search gstreamer1.0), and see gst-inspect-1.0 {element}";

    private static bool Has(string element)
    {
        var factory = gst_element_factory_find(element);
        if (factory == 0)
            return false;
        gst_object_unref(factory);
        return true;
    }

    private static string? Start()
    {
        foreach (var (library, package) in new[] { (GStreamer, "libgstreamer1.0-0"), (App, "libgstreamer-plugins-base1.0-0") })
            if (!NativeLibrary.TryLoad(library, out _))
                return $"{library} is missing. RTSP, HTTP and GStreamer cameras need GStreamer: apt-get install {package} {Base} {Good} {Libav}";
        nint error = 0;
        return gst_init_check(0, 0, ref error) != 0 ? null : $"GStreamer does not start: {(error == 0 ? "no reason given" : TakeError(error).Message)}.";
    }

    [LibraryImport(GStreamer)] private static partial int gst_init_check(nint argc, nint argv, ref nint error);
    [LibraryImport(GStreamer)] private static partial nint gst_version_string();
    [LibraryImport(GStreamer, StringMarshalling = StringMarshalling.Utf8)] private static partial nint gst_element_factory_find(string name);

    [LibraryImport(GStreamer, StringMarshalling = StringMarshalling.Utf8)] public static partial nint gst_parse_launch_full(string pipeline, nint context, int flags, ref nint error);
    [LibraryImport(GStreamer, StringMarshalling = StringMarshalling.Utf8)] public static partial nint gst_bin_get_by_name(nint bin, string name);
    [LibraryImport(GStreamer, StringMarshalling = StringMarshalling.Utf8)] public static partial void gst_util_set_object_arg(nint instance, string property, string value);
    [LibraryImport(GStreamer)] public static partial int gst_element_set_state(nint element, int state);
    [LibraryImport(GStreamer)] public static partial nint gst_element_get_bus(nint element);
    [LibraryImport(GStreamer)] public static partial void gst_object_unref(nint instance);
    [LibraryImport(GStreamer)] public static partial nint gst_mini_object_ref(nint item);
    [LibraryImport(GStreamer)] public static partial void gst_mini_object_unref(nint item);

    [LibraryImport(GStreamer)] public static partial nint gst_bus_timed_pop_filtered(nint bus, ulong nanoseconds, int types);
    [LibraryImport(GStreamer)] public static partial void gst_message_parse_error(nint message, out nint error, out nint debug);

    [LibraryImport(GStreamer)] public static partial nint gst_sample_get_caps(nint sample);
    [LibraryImport(GStreamer)] public static partial nint gst_sample_get_buffer(nint sample);
    [LibraryImport(GStreamer)] public static partial nint gst_caps_get_structure(nint caps, uint index);
    [LibraryImport(GStreamer, StringMarshalling = StringMarshalling.Utf8)] public static partial int gst_structure_get_int(nint structure, string field, out int value);
    [LibraryImport(GStreamer, StringMarshalling = StringMarshalling.Utf8)] public static partial nint gst_structure_get_string(nint structure, string field);
    [LibraryImport(GStreamer)] public static partial int gst_buffer_map(nint buffer, out MapInfo map, int flags);
    [LibraryImport(GStreamer)] public static partial void gst_buffer_unmap(nint buffer, ref MapInfo map);

    [LibraryImport(App)] public static partial nint gst_app_sink_try_pull_sample(nint sink, ulong nanoseconds);
    [LibraryImport(App)] public static partial int gst_app_sink_is_eos(nint sink);
    [LibraryImport(App)] public static partial uint gst_app_sink_get_max_buffers(nint sink);

    /// <summary>GstMapInfo.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MapInfo
    {
        public nint Memory;
        public int Flags;
        public byte* Data;
        public nuint Size, MaxSize;
        public fixed long Reserved[8];
    }
}
