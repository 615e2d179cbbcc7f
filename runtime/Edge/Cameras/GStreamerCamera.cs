using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Edge.Configuration;
using Edge.Runtime;
using Edge.Runtime.Imaging;
using static Edge.Cameras.GLibNative;
using static Edge.Cameras.GStreamerNative;

namespace Edge.Cameras;

/// <summary>What GStreamer reads: RTSP, MJPEG by HTTP, and pipelines of the user's. No call waits longer than it is told to.</summary>
internal sealed partial class GStreamerCamera : ICamera
{
    private const string SinkName = "edge-pictures";

    /// <summary>Colour first, so that a source that has all of them gives it; videoconvert keeps grey grey and 16 bits 16 bits.</summary>
    private const string Formats = "video/x-raw,format={BGR,GRAY8,GRAY16_LE}";

    /// <summary>GStreamer's errors are looked for so often while there is no picture.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    // TCP: parts of a picture are not lost. Of a stream that has sound too, only the video.
    private const string Rtsp = "rtspsrc name=source protocols=tcp latency=0 tcp-timeout=0 ! application/x-rtp,media=video ! decodebin ! videoconvert ! appsink sync=false";

    // Where decoding does not keep up, JPEGs are dropped, not queued.
    private const string Http = "souphttpsrc name=source is-live=true do-timestamp=true iradio-mode=false keep-alive=false retries=0 timeout=0 ! multipartdemux"
        + " ! queue leaky=downstream max-size-buffers=1 max-size-bytes=0 max-size-time=0 ! jpegdec ! videoconvert ! appsink sync=false";

    private readonly string name;
    private readonly bool isMjpeg;
    private nint pipeline, sink, bus;

    /// <summary>Finds out why a connection failed, which GStreamer does not tell; null once there is a picture, and for pipelines.</summary>
    private Func<string?>? diagnose;

    /// <summary>The picture that proved the opening, until it is asked for.</summary>
    private nint first;

    /// <summary>Of the last picture; held, so that the same address means the same format.</summary>
    private nint caps;
    private (int Width, int Height, int Channels, int BytesPerChannel, int Stride) format;

    private GStreamerCamera(string name, string description, OpeningPatience patience, TimeProvider time, Action<nint>? prepare = null, Func<string?>? diagnose = null)
    {
        EnsureStarted();
        (this.name, this.diagnose, isMjpeg) = (name, diagnose, description == Http);
        try
        {
            nint error = 0;
            pipeline = gst_parse_launch_full($"{description} name={SinkName}", 0, ParseFatalErrors, ref error);
            if (error != 0)
                throw Failure(error, null);
            sink = gst_bin_get_by_name(pipeline, SinkName);
            bus = gst_element_get_bus(pipeline);
            gst_util_set_object_arg(sink, "caps", Formats);
            // Only the newest picture counts, and a queue without an end would take all memory.
            if (gst_app_sink_get_max_buffers(sink) == 0)
            {
                gst_util_set_object_arg(sink, "max-buffers", "1");
                gst_util_set_object_arg(sink, "drop", "true");
            }
            prepare?.Invoke(pipeline);
            Begin(patience, time);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public bool Waits => false;

    public bool Streams => true;

    /// <param name="config">The stream.</param>
    /// <param name="patience">How long its first picture may take.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="DeviceException">GStreamer or a plugin is missing, or the stream gives no picture.</exception>
    /// <exception cref="ConfigException">The password or the certificates cannot be read.</exception>
    public static GStreamerCamera Open(StreamConfig config, OpeningPatience patience, TimeProvider time)
    {
        var password = config.PasswordFile is { } file ? SecretFile.Read(file, "stream.password_file") : null;
        var url = new Uri(config.Url);
        return new GStreamerCamera(CameraAddress.Shown(config.Url), url.Scheme.StartsWith("rtsp", StringComparison.Ordinal) ? Rtsp : Http,
            patience, time, pipeline => Prepare(pipeline, config, url, password), () => Reach(url));
    }

    /// <param name="config">The pipeline.</param>
    /// <param name="patience">How long its first picture may take.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="DeviceException">GStreamer or a plugin is missing, or the pipeline gives no picture.</exception>
    public static GStreamerCamera Open(GStreamerConfig config, OpeningPatience patience, TimeProvider time)
    {
        var description = config.Pipeline.Trim();
        if (!AppSink().IsMatch(description))
            description += " ! videoconvert ! appsink";
        return new GStreamerCamera("gstreamer pipeline", description, patience, time);
    }

    public CaptureStatus Capture(CapturedFrame frame, TimeSpan patience)
    {
        // Also empties the bus, which would grow for ever.
        ThrowFault();
        var sample = first != 0 ? first : gst_app_sink_try_pull_sample(sink, (ulong)patience.TotalNanoseconds);
        first = 0;
        if (sample == 0)
        {
            ThrowFault();
            return gst_app_sink_is_eos(sink) == 0 ? CaptureStatus.Nothing : throw new DeviceException($"{name}: gives no more pictures.");
        }
        try
        {
            Copy(sample, frame);
            return CaptureStatus.Captured;
        }
        finally
        {
            gst_mini_object_unref(sample);
        }
    }

    public void Trigger()
    {
    }

    public void Dispose()
    {
        if (pipeline != 0)
            gst_element_set_state(pipeline, StateNull);
        foreach (var item in new[] { first, caps })
            if (item != 0)
                gst_mini_object_unref(item);
        foreach (var instance in new[] { bus, sink, pipeline })
            if (instance != 0)
                gst_object_unref(instance);
        first = caps = bus = sink = pipeline = 0;
    }

    /// <summary>What the address says, as properties: no text of a pipeline and no argument ever holds it.</summary>
    private static void Prepare(nint pipeline, StreamConfig config, Uri url, string? password)
    {
        var source = gst_bin_get_by_name(pipeline, "source");
        try
        {
            // A user name may stand in the address; GStreamer takes it from here alone.
            SetText(source, "location", new UriBuilder(url) { UserName = "", Password = "" }.Uri.AbsoluteUri);
            if ((config.User ?? (url.UserInfo.Length > 0 ? Uri.UnescapeDataString(url.UserInfo) : null)) is { } user)
            {
                SetText(source, "user-id", user);
                SetText(source, "user-pw", password ?? "");
                // The password is for this address, not for another that it refers to.
                if (url.Scheme is "http" or "https")
                    gst_util_set_object_arg(source, "automatic-redirect", "false");
            }
            if (url.Scheme is not ("rtsps" or "https"))
                return;
            if (!HasTls)
                throw new DeviceException($"{CameraAddress.Shown(config.Url)}: cannot be read without TLS: apt-get install glib-networking");
            if (!config.Verify)
                gst_util_set_object_arg(source, url.Scheme == "https" ? "ssl-strict" : "tls-validation-flags", url.Scheme == "https" ? "false" : "0");
            if (config.Ca is { } ca)
            {
                nint error = 0;
                var anchors = g_tls_file_database_new(ca, ref error);
                if (error != 0)
                    throw new ConfigException($"{ca}: no certificates can be read ({TakeError(error).Message}), but stream.ca names it.");
                SetObject(source, "tls-database", anchors);
                g_object_unref(anchors);
            }
        }
        finally
        {
            gst_object_unref(source);
        }
    }

    private void Begin(OpeningPatience patience, TimeProvider time)
    {
        var begun = time.GetTimestamp();
        if (gst_element_set_state(pipeline, StatePlaying) == StateChangeFailure)
        {
            ThrowFault();
            throw new DeviceException($"{name}: cannot be started, and GStreamer does not say why; try it with gst-launch-1.0.");
        }
        while ((first = gst_app_sink_try_pull_sample(sink, (ulong)Tick.TotalNanoseconds)) == 0)
        {
            ThrowFault();
            if (gst_app_sink_is_eos(sink) != 0)
                throw new DeviceException($"{name}: opened, but gives no picture.");
            if (time.GetElapsedTime(begun) is var waited && waited < patience.Current)
                continue;
            var seconds = patience.Current.TotalSeconds;
            patience.Grow();
            throw new DeviceException(string.Create(CultureInfo.InvariantCulture, $"{name}: no picture within {seconds:0.#} s of opening it; camera.open_seconds says how long that may take."));
        }
        patience.Learn(time.GetElapsedTime(begun));
        diagnose = null;
    }

    private void ThrowFault()
    {
        var message = gst_bus_timed_pop_filtered(bus, 0, MessageError);
        if (message == 0)
            return;
        gst_message_parse_error(message, out var error, out var debug);
        gst_mini_object_unref(message);
        throw Failure(error, Take(debug));
    }

    private DeviceException Failure(nint error, string? debug)
    {
        var (domain, code, message) = TakeError(error);
        // The last line is the cause; those before it are places in GStreamer's sources.
        var cause = debug?.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is { Length: > 1 } lines ? lines[^1] : "";
        var text = (domain, code) switch
        {
            // GST_PARSE_ERROR_NO_SUCH_ELEMENT.
            ("gst_parse_error", 1) when MissingElement().Match(message) is { Success: true } match =>
                $"needs the GStreamer element {match.Groups[1].Value}, which is not installed: {Remedy(match.Groups[1].Value)}",
            // GST_PARSE_ERROR_COULD_NOT_SET_PROPERTY repeats the value that could not be set.
            ("gst_parse_error", 4) => message.Split(" to \"")[0],
            // GST_CORE_ERROR_MISSING_PLUGIN, GST_STREAM_ERROR_CODEC_NOT_FOUND.
            ("gst-core-error-quark", 12) or ("gst-stream-error-quark", 6) =>
                $"needs a decoder that is not installed ({(cause.Length > 0 ? cause : message)}): apt-get install gstreamer1.0-libav gstreamer1.0-plugins-good gstreamer1.0-plugins-bad",
            // GST_RESOURCE_ERROR_NOT_AUTHORIZED.
            ("gst-resource-error-quark", 15) => "refuses this user or password; check user and password_file",
            (_, _) when cause.Contains("not-negotiated", StringComparison.Ordinal) =>
                "gives what is neither BGR, GRAY8 nor GRAY16_LE; end the pipeline in: videoconvert ! video/x-raw,format=BGR ! appsink",
            // GST_STREAM_ERROR_WRONG_TYPE and _DEMUX: most often a page for people, or a video of another kind.
            ("gst-stream-error-quark", 5 or 9) when isMjpeg => "sends what is not MJPEG",
            (_, _) when NoReason().IsMatch(cause) && diagnose?.Invoke() is { } reason => reason,
            _ => cause.Length > 0 && !message.Contains(cause, StringComparison.Ordinal) ? $"{message.TrimEnd('.')} ({cause.TrimEnd('.')})" : message,
        };
        // An address of the user's pipeline, or one that a camera refers to, may hold a password.
        text = Address().Replace(text, match => CameraAddress.Shown(match.Value));
        return new DeviceException($"{name}: {text.ReplaceLineEndings(" ").TrimEnd('.')}.");
    }

    /// <returns>Why a stream cannot be reached; null where it can.</returns>
    private static string? Reach(Uri url)
    {
        var port = url.Port > 0 ? url.Port : url.Scheme == "rtsps" ? 322 : 554;
        try
        {
            var reason = "no address";
            foreach (var address in Dns.GetHostAddresses(url.DnsSafeHost))
                if ((reason = Reach(new IPEndPoint(address, port))) is null)
                    return url.Scheme is "https" or "rtsps"
                        ? "its certificate is not trusted; name that of its authority in stream.ca, or take any with stream.verify: false"
                        : null;
            return $"cannot be reached: {reason}";
        }
        catch (SocketException e)
        {
            return $"cannot be reached: {e.Message}";
        }
    }

    /// <summary>Tries to connect, on this thread alone: a busy pool of threads is no camera that does not answer.</summary>
    /// <returns>Why it cannot be done; null where it can.</returns>
    private static string? Reach(IPEndPoint end)
    {
        using var socket = new Socket(end.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        try
        {
            socket.Connect(end);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            if (!socket.Poll(TimeSpan.FromSeconds(1), SelectMode.SelectWrite))
                return "no answer";
            if (socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) is int error and not 0)
                return new SocketException(error).Message;
        }
        catch (SocketException e)
        {
            return e.Message;
        }
        return null;
    }

    private unsafe void Copy(nint sample, CapturedFrame frame)
    {
        if (gst_sample_get_caps(sample) is var current && current != caps)
        {
            format = Format(current);
            if (caps != 0)
                gst_mini_object_unref(caps);
            caps = gst_mini_object_ref(current);
        }
        var buffer = gst_sample_get_buffer(sample);
        if (gst_buffer_map(buffer, out var map, MapRead) == 0)
            throw new DeviceException($"{name}: gives pictures that this program's memory does not reach; end the pipeline in videoconvert ! appsink.");
        try
        {
            var row = format.Width * format.Channels * format.BytesPerChannel;
            if (map.Size < (ulong)((format.Height - 1L) * format.Stride + row))
                throw new DeviceException($"{name}: a picture of {format.Width} x {format.Height} pixels came with {map.Size} bytes.");
            frame.Copy(new Frame(new ReadOnlySpan<byte>(map.Data, checked((int)map.Size)), format.Width, format.Height, format.Channels, format.BytesPerChannel, format.Stride));
        }
        finally
        {
            gst_buffer_unmap(buffer, ref map);
        }
    }

    private (int, int, int, int, int) Format(nint caps)
    {
        var structure = caps == 0 ? 0 : gst_caps_get_structure(caps, 0);
        if (structure == 0 || gst_structure_get_int(structure, "width", out var width) == 0 || gst_structure_get_int(structure, "height", out var height) == 0)
            throw new DeviceException($"{name}: gives no pictures, or none whose size is known.");
        var text = Text(gst_structure_get_string(structure, "format"));
        var (channels, bytes) = text switch
        {
            "BGR" => (3, 1),
            "GRAY8" => (1, 1),
            "GRAY16_LE" => (1, 2),
            _ => throw new DeviceException($"{name}: gives {text ?? "an unknown format"}, not BGR, GRAY8 or GRAY16_LE."),
        };
        // Whoever does not say that it reads GstVideoMeta, as this sink does not, is given rows padded to four bytes.
        return (width, height, channels, bytes, (width * channels * bytes + 3) & ~3);
    }

    [GeneratedRegex(@"(?:^|!)\s*appsink\b[^!]*$")]
    private static partial Regex AppSink();

    [GeneratedRegex(@"reason error|Failed to connect")]
    private static partial Regex NoReason();

    [GeneratedRegex("no element \"([^\"]+)\"")]
    private static partial Regex MissingElement();

    [GeneratedRegex("""[A-Za-z][A-Za-z0-9+.-]*://[^\s"'<>]+""")]
    private static partial Regex Address();
}
