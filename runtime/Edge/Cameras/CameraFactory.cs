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
        var patience = TimeSpan.FromSeconds(config.StallSeconds);
        return config switch
        {
            { V4l2: { } v4l2 } => () => OpenCvCamera.Open(v4l2),
            { Stream: { } stream } => () => OpenCvCamera.Open(stream, patience),
            { Gstreamer: { } pipeline } => () => OpenCvCamera.Open(pipeline),
            { File: { } file } => () => OpenCvCamera.Open(file),
            { Aravis: { } aravis } => () => new AravisCamera(aravis, time),
            _ => throw new ConfigException("camera: says no camera: one of v4l2, stream, gstreamer, file, folder, aravis"),
        };
    }
}
