using Edge.Configuration;
using Microsoft.Extensions.Logging;

namespace Edge.Cameras;

/// <summary>Says how a configured camera is opened.</summary>
internal static class CameraFactory
{
    /// <returns>Opens the camera, again and again; what must outlive one opening is kept in between. Throws <see cref="Runtime.EdgeException"/> where it cannot.</returns>
    public static Func<ICamera> Opener(CameraConfig config, TimeProvider time, ILogger log)
    {
        if (config.Folder is { } folder)
        {
            var memory = new FolderMemory();
            return () => new FolderCamera(folder, memory, time, log);
        }
        var patience = new OpeningPatience(TimeSpan.FromSeconds(config.OpenSeconds ?? CameraConfig.DefaultOpenSeconds));
        return config switch
        {
            { V4l2: { } v4l2 } => () => OpenCvCamera.Open(v4l2, log),
            { Stream: { } stream } => () => GStreamerCamera.Open(stream, patience, time),
            { Gstreamer: { } pipeline } => () => GStreamerCamera.Open(pipeline, patience, time),
            { File: { } file } => () => OpenCvCamera.Open(file),
            { Aravis: { } aravis } => () => new AravisCamera(aravis, time),
            _ => throw new ConfigException("camera: says no camera: one of v4l2, stream, gstreamer, file, folder, aravis"),
        };
    }
}
