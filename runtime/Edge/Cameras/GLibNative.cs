using System.Runtime.InteropServices;

namespace Edge.Cameras;

/// <summary>The functions of GLib, GObject and GIO that Aravis and GStreamer are used with. Names that begin with g_ are the libraries' own.</summary>
internal static unsafe partial class GLibNative
{
    private const string GLib = "libglib-2.0.so.0";
    private const string Object = "libgobject-2.0.so.0";
    private const string Gio = "libgio-2.0.so.0";

    /// <summary>G_TYPE_STRING and G_TYPE_OBJECT.</summary>
    private const nuint TypeString = 16 << 2, TypeObject = 20 << 2;

    public static string? Text(nint utf8) => Marshal.PtrToStringUTF8(utf8);

    /// <summary>Takes a text that is freed with g_free.</summary>
    public static string? Take(nint utf8)
    {
        var text = Text(utf8);
        g_free(utf8);
        return text;
    }

    /// <summary>Takes a GError.</summary>
    /// <param name="error">The GError, which is not 0.</param>
    /// <returns>Its domain (such as gst-parse-error), its code in it, and its message in one line.</returns>
    public static (string Domain, int Code, string Message) TakeError(nint error)
    {
        var fields = (int*)error;
        var taken = (Text(g_quark_to_string((uint)fields[0])) ?? "", fields[1], Text(*(nint*)(fields + 2))?.ReplaceLineEndings(" ") ?? "");
        g_error_free(error);
        return taken;
    }

    /// <summary>Takes a GError whose reason does not matter; 0 where there is none.</summary>
    public static void Forget(nint error)
    {
        if (error != 0)
            g_error_free(error);
    }

    /// <summary>Sets a text property, character by character what it is: nothing in it is parsed.</summary>
    public static void SetText(nint instance, string property, string text)
    {
        GValue value = default;
        g_value_init(&value, TypeString);
        g_value_set_string(&value, text);
        g_object_set_property(instance, property, &value);
        g_value_unset(&value);
    }

    /// <summary>Sets a property that is an object; it takes a reference of its own.</summary>
    public static void SetObject(nint instance, string property, nint item)
    {
        GValue value = default;
        g_value_init(&value, TypeObject);
        g_value_set_object(&value, item);
        g_object_set_property(instance, property, &value);
        g_value_unset(&value);
    }

    [LibraryImport(GLib)] public static partial void g_free(nint memory);
    [LibraryImport(GLib)] private static partial void g_error_free(nint error);
    [LibraryImport(GLib)] private static partial nint g_quark_to_string(uint quark);

    [LibraryImport(Object)] public static partial void g_object_unref(nint instance);
    [LibraryImport(Object, StringMarshalling = StringMarshalling.Utf8)] private static partial void g_object_set_property(nint instance, string property, GValue* value);
    [LibraryImport(Object)] private static partial GValue* g_value_init(GValue* value, nuint type);
    [LibraryImport(Object)] private static partial void g_value_unset(GValue* value);
    [LibraryImport(Object, StringMarshalling = StringMarshalling.Utf8)] private static partial void g_value_set_string(GValue* value, string text);
    [LibraryImport(Object)] private static partial void g_value_set_object(GValue* value, nint item);

    [LibraryImport(Gio)] public static partial nint g_tls_backend_get_default();
    [LibraryImport(Gio)] public static partial int g_tls_backend_supports_tls(nint backend);
    [LibraryImport(Gio, StringMarshalling = StringMarshalling.Utf8)] public static partial nint g_tls_file_database_new(string anchors, ref nint error);

    [StructLayout(LayoutKind.Sequential)]
    private struct GValue
    {
        public nuint Type;
        public long First, Second;
    }
}
