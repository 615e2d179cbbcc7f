using System.Runtime.InteropServices;
using Edge.Runtime;
using static Edge.Cameras.GLibNative;

namespace Edge.Cameras;

/// <summary>The functions of libaravis-0.8 that are called. Names that begin with arv_ are the library's own.</summary>
internal static unsafe partial class AravisNative
{
    public const int StatusSuccess = 0;

    /// <summary>ARV_BUFFER_PAYLOAD_TYPE_IMAGE and _EXTENDED_CHUNK_DATA: a picture, alone or with data behind it.</summary>
    public const int PayloadImage = 1, PayloadExtendedChunk = 5;

    /// <summary>ARV_GV_STREAM_OPTION_PACKET_SOCKET_DISABLED.</summary>
    public const int PacketSocketDisabled = 1;

    public const int AutoOff = 0;
    public const int AcquisitionContinuous = 0;

    private const string Aravis = "libaravis-0.8.so.0";

    /// <summary>What to install where the library is missing.</summary>
    public const string Remedy = "GigE Vision and USB3 Vision cameras need Aravis: apt-get install libaravis-0.8-0";

    private static readonly Lazy<bool> Loaded = new(() => NativeLibrary.TryLoad(Aravis, out _));

    public static bool IsThere => Loaded.Value;

    /// <exception cref="DeviceException">The library is missing.</exception>
    public static void EnsureLoaded()
    {
        if (!IsThere)
            throw new DeviceException($"{Aravis} is missing. {Remedy}");
    }

    /// <summary>Takes a GError, and throws what it says.</summary>
    /// <param name="error">The GError; 0 where there is none.</param>
    /// <param name="camera">The camera, for the message.</param>
    /// <param name="what">What was tried.</param>
    /// <exception cref="DeviceException">There is an error.</exception>
    public static void Check(nint error, string camera, string what)
    {
        if (error == 0)
            return;
        throw new DeviceException($"{camera}: {what} failed: {TakeError(error).Message}.");
    }

    [LibraryImport(Aravis)] public static partial void arv_update_device_list();
    [LibraryImport(Aravis)] public static partial uint arv_get_n_devices();
    [LibraryImport(Aravis)] public static partial nint arv_get_device_id(uint index);
    [LibraryImport(Aravis)] public static partial nint arv_get_device_vendor(uint index);
    [LibraryImport(Aravis)] public static partial nint arv_get_device_model(uint index);
    [LibraryImport(Aravis)] public static partial nint arv_get_device_serial_nbr(uint index);
    [LibraryImport(Aravis)] public static partial nint arv_get_device_address(uint index);
    [LibraryImport(Aravis)] public static partial nint arv_get_device_protocol(uint index);

    [LibraryImport(Aravis, StringMarshalling = StringMarshalling.Utf8)] public static partial nint arv_camera_new(string? name, ref nint error);
    [LibraryImport(Aravis)] public static partial nint arv_camera_get_device(nint camera);
    [LibraryImport(Aravis)] public static partial int arv_camera_is_gv_device(nint camera);
    [LibraryImport(Aravis)] public static partial int arv_gv_device_is_controller(nint device);
    [LibraryImport(Aravis)] public static partial void arv_camera_gv_set_stream_options(nint camera, int options);
    [LibraryImport(Aravis)] public static partial nint arv_camera_create_stream(nint camera, nint callback, nint data, ref nint error);
    [LibraryImport(Aravis)] public static partial uint arv_camera_get_payload(nint camera, ref nint error);
    [LibraryImport(Aravis)] public static partial void arv_camera_set_acquisition_mode(nint camera, int mode, ref nint error);
    [LibraryImport(Aravis)] public static partial void arv_camera_start_acquisition(nint camera, ref nint error);
    [LibraryImport(Aravis)] public static partial void arv_camera_stop_acquisition(nint camera, ref nint error);

    [LibraryImport(Aravis)] public static partial void arv_camera_set_region(nint camera, int x, int y, int width, int height, ref nint error);
    [LibraryImport(Aravis)] public static partial void arv_camera_get_region(nint camera, out int x, out int y, out int width, out int height, ref nint error);
    [LibraryImport(Aravis)] public static partial void arv_camera_get_width_bounds(nint camera, out int min, out int max, ref nint error);
    [LibraryImport(Aravis)] public static partial void arv_camera_get_height_bounds(nint camera, out int min, out int max, ref nint error);
    [LibraryImport(Aravis, StringMarshalling = StringMarshalling.Utf8)] public static partial void arv_camera_set_pixel_format_from_string(nint camera, string format, ref nint error);
    [LibraryImport(Aravis)] public static partial nint arv_camera_dup_available_pixel_formats_as_strings(nint camera, out uint count, ref nint error);

    [LibraryImport(Aravis)] public static partial int arv_camera_is_exposure_auto_available(nint camera, ref nint error);
    [LibraryImport(Aravis)] public static partial void arv_camera_set_exposure_time_auto(nint camera, int mode, ref nint error);
    [LibraryImport(Aravis)] public static partial void arv_camera_set_exposure_time(nint camera, double microseconds, ref nint error);
    [LibraryImport(Aravis)] public static partial double arv_camera_get_exposure_time(nint camera, ref nint error);
    [LibraryImport(Aravis)] public static partial int arv_camera_is_gain_auto_available(nint camera, ref nint error);
    [LibraryImport(Aravis)] public static partial void arv_camera_set_gain_auto(nint camera, int mode, ref nint error);
    [LibraryImport(Aravis)] public static partial void arv_camera_set_gain(nint camera, double gain, ref nint error);
    [LibraryImport(Aravis)] public static partial double arv_camera_get_gain(nint camera, ref nint error);
    [LibraryImport(Aravis)] public static partial void arv_camera_set_frame_rate(nint camera, double hz, ref nint error);
    [LibraryImport(Aravis)] public static partial double arv_camera_get_frame_rate(nint camera, ref nint error);

    [LibraryImport(Aravis)] public static partial void arv_camera_clear_triggers(nint camera, ref nint error);
    [LibraryImport(Aravis, StringMarshalling = StringMarshalling.Utf8)] public static partial void arv_camera_set_trigger(nint camera, string source, ref nint error);
    [LibraryImport(Aravis)] public static partial nint arv_camera_dup_available_trigger_sources(nint camera, out uint count, ref nint error);
    [LibraryImport(Aravis)] public static partial void arv_camera_software_trigger(nint camera, ref nint error);

    [LibraryImport(Aravis)] public static partial nint arv_buffer_new_allocate(nuint size);
    [LibraryImport(Aravis)] public static partial int arv_buffer_get_status(nint buffer);
    [LibraryImport(Aravis)] public static partial int arv_buffer_get_payload_type(nint buffer);
    [LibraryImport(Aravis)] public static partial byte* arv_buffer_get_data(nint buffer, out nuint size);
    [LibraryImport(Aravis)] public static partial uint arv_buffer_get_image_pixel_format(nint buffer);
    [LibraryImport(Aravis)] public static partial int arv_buffer_get_image_width(nint buffer);
    [LibraryImport(Aravis)] public static partial int arv_buffer_get_image_height(nint buffer);
    [LibraryImport(Aravis)] public static partial void arv_buffer_get_image_padding(nint buffer, out int x, out int y);

    [LibraryImport(Aravis)] public static partial void arv_stream_push_buffer(nint stream, nint buffer);
    [LibraryImport(Aravis)] public static partial nint arv_stream_timeout_pop_buffer(nint stream, ulong microseconds);
}
