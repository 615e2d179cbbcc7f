using System.Globalization;
using Edge.Configuration;
using Edge.Runtime;
using static Edge.Cameras.AravisNative;
using static Edge.Cameras.GLibNative;

namespace Edge.Cameras;

/// <summary>A GigE Vision or USB3 Vision camera, through Aravis.</summary>
internal sealed class AravisCamera : ICamera
{
    /// <summary>Buffers the camera fills while one is read; enough for a pause of a garbage collection at a hundred pictures a second.</summary>
    private const int Buffers = 8;

    /// <summary>Silence after which the camera is asked whether it is still there.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    private readonly string name;
    private readonly bool triggered;
    private readonly TimeProvider time;
    private readonly GenICamPixels pixels = new();
    private readonly Lock registers = new();
    private readonly SemaphoreSlim triggers = new(0);
    private readonly Thread? triggering;
    private nint camera;
    private nint stream;
    private long heard;
    private volatile bool closing;
    private volatile DeviceException? triggerFault;

    /// <exception cref="DeviceException">Aravis is missing, the camera does not answer, or it does not take what the configuration asks for.</exception>
    public AravisCamera(AravisConfig config, TimeProvider time)
    {
        EnsureLoaded();
        (name, this.time, triggered) = (config.Id ?? "GenICam camera", time, config.Trigger != "off");
        try
        {
            nint error = 0;
            camera = arv_camera_new(config.Id, ref error);
            Check(error, name, "opening it");
            if (camera == 0)
                throw new DeviceException($"{name}: no camera answers; `edge cameras` lists those that do.");
            Configure(config);
            Begin(config);
        }
        catch
        {
            Dispose();
            throw;
        }
        heard = time.GetTimestamp();
        if (config.Trigger == "software")
        {
            // Of its own, so that a camera that no longer answers holds up neither the PLC nor the pictures.
            triggering = new Thread(Expose) { IsBackground = true, Name = "camera trigger" };
            triggering.Start();
        }
    }

    public bool Waits => false;

    public bool Streams => !triggered;

    /// <summary>The cameras that answer now; takes about a second.</summary>
    /// <exception cref="DeviceException">Aravis is missing.</exception>
    public static IReadOnlyList<CameraListing> List()
    {
        EnsureLoaded();
        arv_update_device_list();
        List<CameraListing> cameras = [];
        for (uint i = 0; i < arv_get_n_devices(); i++)
            cameras.Add(new CameraListing("aravis", Text(arv_get_device_id(i))!)
            {
                Vendor = Text(arv_get_device_vendor(i)), Model = Text(arv_get_device_model(i)), Serial = Text(arv_get_device_serial_nbr(i)),
                Address = Text(arv_get_device_address(i)), Protocol = Text(arv_get_device_protocol(i)),
            });
        return cameras;
    }

    public unsafe CaptureStatus Capture(CapturedFrame frame, TimeSpan patience)
    {
        if (triggerFault is { } fault)
            throw fault;
        var buffer = arv_stream_timeout_pop_buffer(stream, (ulong)patience.TotalMicroseconds);
        if (buffer == 0)
        {
            Probe();
            return CaptureStatus.Nothing;
        }
        try
        {
            heard = time.GetTimestamp();
            if (arv_buffer_get_status(buffer) != StatusSuccess)
                return CaptureStatus.Incomplete;
            if (arv_buffer_get_payload_type(buffer) is var payload and not (PayloadImage or PayloadExtendedChunk))
                throw new DeviceException($"{name}: sends payload of type {payload}, not single pictures; switch multi-part and compressed modes off.");
            arv_buffer_get_image_padding(buffer, out var padding, out _);
            var data = arv_buffer_get_data(buffer, out var size);
            pixels.Copy(new ReadOnlySpan<byte>(data, checked((int)size)), arv_buffer_get_image_pixel_format(buffer),
                arv_buffer_get_image_width(buffer), arv_buffer_get_image_height(buffer), padding, frame);
            return CaptureStatus.Captured;
        }
        catch (DeviceException e) when (!e.Message.StartsWith(name, StringComparison.Ordinal))
        {
            throw new DeviceException($"{name}: {e.Message}", e);
        }
        finally
        {
            arv_stream_push_buffer(stream, buffer);
        }
    }

    public void Trigger()
    {
        if (triggering is not null)
            triggers.Release();
    }

    public void Dispose()
    {
        closing = true;
        triggers.Release();
        triggering?.Join();
        if (camera != 0 && stream != 0)
        {
            nint error = 0;
            arv_camera_stop_acquisition(camera, ref error);
            Forget(error);
        }
        if (stream != 0)
            g_object_unref(stream);
        if (camera != 0)
            g_object_unref(camera);
        (stream, camera) = (0, 0);
        pixels.Dispose();
    }

    private void Configure(AravisConfig config)
    {
        nint error = 0;
        if (config.PixelFormat is { } format)
        {
            arv_camera_set_pixel_format_from_string(camera, format, ref error);
            if (error != 0)
            {
                Forget(error);
                error = 0;
                throw new DeviceException($"{name}: has no pixel format '{format}', only {string.Join(", ", Names(arv_camera_dup_available_pixel_formats_as_strings(camera, out var count, ref error), count))}.");
            }
        }
        SetRegion(config.Region);
        if (config.ExposureUs is { } exposure)
        {
            if (arv_camera_is_exposure_auto_available(camera, ref error) != 0)
                arv_camera_set_exposure_time_auto(camera, AutoOff, ref error);
            Check(error, name, "switching automatic exposure off");
            arv_camera_set_exposure_time(camera, exposure, ref error);
            Check(error, name, "setting exposure_us");
            Agree("exposure_us", exposure, arv_camera_get_exposure_time(camera, ref error), error);
        }
        if (config.Gain is { } gain)
        {
            if (arv_camera_is_gain_auto_available(camera, ref error) != 0)
                arv_camera_set_gain_auto(camera, AutoOff, ref error);
            Check(error, name, "switching automatic gain off");
            arv_camera_set_gain(camera, gain, ref error);
            Check(error, name, "setting gain");
            Agree("gain", gain, arv_camera_get_gain(camera, ref error), error);
        }
        if (config.Fps is { } fps)
        {
            // Before the trigger: setting a rate switches triggers off.
            arv_camera_set_frame_rate(camera, fps, ref error);
            Check(error, name, "setting fps");
            Agree("fps", fps, arv_camera_get_frame_rate(camera, ref error), error);
        }
        SetTrigger(config.Trigger);
    }

    private void SetRegion(List<int>? region)
    {
        nint error = 0;
        if (region is null)
        {
            // The bounds of a size shrink with the offset.
            arv_camera_set_region(camera, 0, 0, 0, 0, ref error);
            Check(error, name, "setting the region");
            arv_camera_get_width_bounds(camera, out _, out var width, ref error);
            Check(error, name, "reading the width");
            arv_camera_get_height_bounds(camera, out _, out var height, ref error);
            Check(error, name, "reading the height");
            region = [0, 0, width, height];
        }
        arv_camera_set_region(camera, region[0], region[1], region[2], region[3], ref error);
        Check(error, name, $"setting region [{string.Join(", ", region)}]");
        arv_camera_get_region(camera, out var x, out var y, out var w, out var h, ref error);
        Check(error, name, "reading the region");
        if (!region.SequenceEqual([x, y, w, h]))
            throw new DeviceException($"{name}: made [{x}, {y}, {w}, {h}] of region [{string.Join(", ", region)}]; configure one that fits its steps and its sensor.");
    }

    private void SetTrigger(string trigger)
    {
        nint error = 0;
        if (!triggered)
        {
            arv_camera_clear_triggers(camera, ref error);
            Check(error, name, "switching triggers off");
            return;
        }
        var sources = Names(arv_camera_dup_available_trigger_sources(camera, out var count, ref error), count);
        Check(error, name, "reading its trigger sources");
        var source = sources.FirstOrDefault(source => source.Equals(trigger, StringComparison.OrdinalIgnoreCase))
            ?? throw new DeviceException($"{name}: has no trigger '{trigger}', only {string.Join(", ", sources)}.");
        arv_camera_set_trigger(camera, source, ref error);
        Check(error, name, $"setting trigger {source}");
    }

    private void Begin(AravisConfig config)
    {
        nint error = 0;
        if (arv_camera_is_gv_device(camera) != 0 && !config.PacketSocket)
            arv_camera_gv_set_stream_options(camera, PacketSocketDisabled);
        stream = arv_camera_create_stream(camera, 0, 0, ref error);
        Check(error, name, "opening its stream");
        var payload = arv_camera_get_payload(camera, ref error);
        Check(error, name, "reading the size of a picture");
        for (var i = 0; i < Buffers; i++)
            arv_stream_push_buffer(stream, arv_buffer_new_allocate(payload));
        arv_camera_set_acquisition_mode(camera, AcquisitionContinuous, ref error);
        Check(error, name, "setting continuous acquisition");
        arv_camera_start_acquisition(camera, ref error);
        Check(error, name, "starting");
    }

    /// <summary>A triggered camera may be silent for hours; whether it is still ours must be asked.</summary>
    private void Probe()
    {
        if (time.GetElapsedTime(heard) < Silence)
            return;
        if (arv_camera_is_gv_device(camera) != 0 && arv_gv_device_is_controller(arv_camera_get_device(camera)) == 0)
            throw new DeviceException($"{name}: is no longer ours: it was switched off, or another program took it.");
        nint error = 0;
        lock (registers)
            arv_camera_get_region(camera, out _, out _, out _, out _, ref error);
        Check(error, name, "asking whether it is there");
        heard = time.GetTimestamp();
    }

    private void Expose()
    {
        while (true)
        {
            triggers.Wait();
            if (closing)
                return;
            try
            {
                nint error = 0;
                lock (registers)
                    arv_camera_software_trigger(camera, ref error);
                Check(error, name, "triggering");
            }
            catch (DeviceException e)
            {
                triggerFault = e;
                return;
            }
        }
    }

    /// <summary>Cameras round to what their clocks and amplifiers can do; more than that is not what was asked for.</summary>
    private void Agree(string what, double wanted, double taken, nint error)
    {
        Check(error, name, $"reading {what}");
        if (Math.Abs(taken - wanted) > Math.Max(0.05 * Math.Abs(wanted), 0.1))
            throw new DeviceException(string.Create(CultureInfo.InvariantCulture, $"{name}: made {taken} of {what} {wanted}; configure what the camera can do."));
    }

    private static unsafe List<string> Names(nint strings, uint count)
    {
        List<string> names = [];
        for (var i = 0; strings != 0 && i < count; i++)
            names.Add(Text(((nint*)strings)[i])!);
        g_free(strings);
        return names;
    }
}
