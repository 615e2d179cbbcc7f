using Edge.Runtime;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Edge.Runtime.Bundles;

namespace Edge.Configuration;

/// <summary>What the fields of a configuration must be to each other.</summary>
internal static partial class ConfigRules
{
    public static void Check(EdgeConfig config, Action<string, string> report)
    {
        if (config.Version != EdgeConfig.CurrentVersion)
            report("version", $"{config.Version} is not {EdgeConfig.CurrentVersion}, the one this program reads");
        if (!Name().IsMatch(config.Name))
            report("name", NameRule(config.Name));
        if (config is { Threads: > 0, SpareCores: > 0 })
            report("spare_cores", "threads says already how many cores inspect; one of the two can decide");
        HashSet<string> names = [];
        for (var i = 0; i < config.Stations.Count; i++)
        {
            CheckStation(config.Stations[i], $"stations[{i}]", report);
            if (!names.Add(config.Stations[i].Name))
                report($"stations[{i}].name", $"'{config.Stations[i].Name}' is another station's name");
        }
        CheckOutputs(config, report);
        CheckWeb(config.Web, report);
    }

    private static void CheckStation(StationConfig station, string key, Action<string, string> report)
    {
        if (!Name().IsMatch(station.Name))
            report($"{key}.name", NameRule(station.Name));
        if (station is { Alpha: not null, Threshold: not null })
            report($"{key}.threshold", "a threshold and an alpha: only one of them can decide");
        if (station is { Precision: Precision.Int8, Device: DeviceName.Cuda or DeviceName.Tensorrt })
            report($"{key}.precision", $"int8 runs on the CPU, not on device: {ConfigNames.Of(station.Device.ToString())}; take fp32, or device: cpu");
        if (station.HalfPrecision && station.Device != DeviceName.Tensorrt)
            report($"{key}.half_precision", "only for device: tensorrt");
        if (station.CudaGraph && station.Device is not (DeviceName.Cuda or DeviceName.Tensorrt))
            report($"{key}.cuda_graph", "only for device: cuda or tensorrt");
        for (var i = 0; i < station.Regions.Count; i++)
            if (!IsRectangle(station.Regions[i]))
                report($"{key}.regions[{i}]", "must be four whole numbers [x, y, width, height], none negative, the last two above 0");
        if (station.Camera is { } camera)
            CheckCamera(camera, station.Trigger, $"{key}.camera", report);
        var trigger = station.Trigger;
        if (trigger.Mode == TriggerMode.Rate != trigger.Hz.HasValue)
            report($"{key}.trigger.hz", trigger.Hz is null ? "missing; mode rate needs it" : $"only for mode rate, not {ConfigNames.Of(trigger.Mode.ToString())}");
    }

    private static void CheckCamera(CameraConfig camera, TriggerConfig trigger, string key, Action<string, string> report)
    {
        var kinds = camera.Kinds().ToList();
        if (kinds.Count != 1)
            report(key, kinds.Count == 0
                ? "says no camera: one of v4l2, stream, gstreamer, file, folder, aravis"
                : $"says {kinds.Count} cameras ({string.Join(", ", kinds)}); a station has one");
        if (camera.Stream is { } stream)
            CheckUrl(stream.Url, ["rtsp", "rtsps", "http", "https"], $"{key}.stream.url", report);
        if (camera.Stream is { User: null, PasswordFile: not null })
            report($"{key}.stream.user", "missing; a password belongs to a user");
        if (camera.Stream is { Ca: not null, Verify: false })
            report($"{key}.stream.ca", "certificates to check against, and verify: false; only one of them can decide");
        if (camera.OpenSeconds is not null && camera is { Stream: null, Gstreamer: null })
            report($"{key}.open_seconds", "only for stream and gstreamer");
        if (camera.V4l2?.Fourcc is { } fourcc && (fourcc.Length is not (3 or 4) || !Ascii.IsValid(fourcc)))
            report($"{key}.v4l2.fourcc", $"'{fourcc}' is not a pixel format's three or four letters, as MJPG, YUYV or Y16");
        if (camera.Folder is { } folder && folder.After == AfterInspection.Move != folder.DonePath is not null)
            report($"{key}.folder.done_path", folder.DonePath is null ? "missing; after: move needs it" : "only for after: move");
        if (camera.Folder is { DonePath: { } done } && done == camera.Folder.Path)
            report($"{key}.folder.done_path", "is the watched folder itself");
        if (camera.Aravis is { } aravis)
        {
            if (aravis.Region is not null && !IsRectangle(aravis.Region))
                report($"{key}.aravis.region", "must be four whole numbers [x, y, width, height], none negative, the last two above 0");
            if (aravis.Trigger is "software" && trigger.Mode != TriggerMode.External)
                report($"{key}.aravis.trigger", "software exposes when a part begins, so the station's trigger.mode must be external");
            if (aravis.Trigger is not ("off" or "software") && trigger.Mode is not TriggerMode.Camera)
                report($"{key}.aravis.trigger", $"a line makes every picture a part, so the station's trigger.mode must be camera");
        }
    }

    private static void CheckOutputs(EdgeConfig config, Action<string, string> report)
    {
        var outputs = config.Outputs;
        if (outputs.Mqtt is { } mqtt)
        {
            if (mqtt.Topic.Length == 0 || mqtt.Topic.AsSpan().IndexOfAny('+', '#', '\0') >= 0 || mqtt.Topic.StartsWith('/') || mqtt.Topic.EndsWith('/'))
                report("outputs.mqtt.topic", $"'{mqtt.Topic}' must be a topic without + and #, not beginning or ending with /");
            if (mqtt is { User: null, PasswordFile: not null })
                report("outputs.mqtt.user", "missing; a password belongs to a user");
            if (mqtt.Tls is { } tls && tls.Certificate is null != tls.Key is null)
                report("outputs.mqtt.tls", "certificate and key belong together");
        }
        if (outputs.Modbus is { } modbus && !IPAddress.TryParse(modbus.Listen, out _))
            report("outputs.modbus.listen", $"'{modbus.Listen}' is not an IP address");
        for (var i = 0; i < outputs.Webhooks.Count; i++)
            CheckUrl(outputs.Webhooks[i].Url, ["http", "https"], $"outputs.webhooks[{i}].url", report);
        for (var i = 0; i < outputs.Gpio.Count; i++)
            if (outputs.Gpio[i].Station is { } name && config.Stations.All(station => station.Name != name))
                report($"outputs.gpio[{i}].station", $"no station '{name}'{ConfigNames.Suggest(name, [.. config.Stations.Select(station => station.Name)])}");
    }

    private static void CheckWeb(WebConfig web, Action<string, string> report)
    {
        if (!IPAddress.TryParse(web.Listen, out var address))
            report("web.listen", $"'{web.Listen}' is not an IP address; 0.0.0.0 is every address of this box");
        else if (!IPAddress.IsLoopback(address) && web.TokenFile is null)
            report("web.token_file", $"missing; whoever reaches {web.Listen} could change thresholds");
    }

    private static void CheckUrl(string url, string[] schemes, string key, Action<string, string> report)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || !schemes.Contains(uri.Scheme) || uri.Host.Length == 0)
            report(key, $"'{CameraAddress.Shown(url)}' is not an address that begins with {string.Join(", ", schemes.Select(scheme => scheme + "://"))}");
        else if (uri.UserInfo.Contains(':'))
            report(key, "holds a password; put it into a file of its own and name that");
    }

    private static bool IsRectangle(List<int> numbers) => numbers is [>= 0, >= 0, > 0, > 0];

    private static string NameRule(string name) =>
        string.Create(CultureInfo.InvariantCulture, $"'{name}' must be 1 to 64 letters, digits, - and _, beginning with a letter or digit");

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
    private static partial Regex Name();
}
