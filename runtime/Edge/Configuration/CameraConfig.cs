using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Edge.Configuration;

/// <summary>Where pictures come from: exactly one kind, and how its supervisor treats it.</summary>
internal sealed record CameraConfig
{
    public const double DefaultOpenSeconds = 5;

    [Description("A camera of the kernel's (USB, CSI).")]
    public V4l2Config? V4l2 { get; init; }

    [Description("RTSP, or MJPEG by HTTP.")]
    public StreamConfig? Stream { get; init; }

    [Description("A GStreamer pipeline.")]
    public GStreamerConfig? Gstreamer { get; init; }

    [Description("A video file.")]
    public VideoFileConfig? File { get; init; }

    [Description("A folder that fills with pictures.")]
    public FolderConfig? Folder { get; init; }

    [Description("GigE Vision or USB3 Vision.")]
    public AravisConfig? Aravis { get; init; }

    [Description("Seconds without a picture after which the camera is opened again."), Range(0.1, 3600)]
    public double StallSeconds { get; init; } = 5;

    [Description("Longest pause between two attempts to open it, seconds."), Range(0.1, 3600)]
    public double ReopenSeconds { get; init; } = 30;

    [Description("stream and gstreamer: seconds until the first picture, 5 by default; twice as long after each opening for which that was too short, up to 25."), Range(0.1, 3600)]
    public double? OpenSeconds { get; init; }

    /// <summary>The kinds that are given, by their keys.</summary>
    public IEnumerable<string> Kinds() => new (string Key, object? Value)[]
    {
        ("v4l2", V4l2), ("stream", Stream), ("gstreamer", Gstreamer), ("file", File), ("folder", Folder), ("aravis", Aravis),
    }.Where(kind => kind.Value is not null).Select(kind => kind.Key);
}
