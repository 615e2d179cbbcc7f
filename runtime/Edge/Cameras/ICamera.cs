namespace Edge.Cameras;

/// <summary>
/// An open camera. One thread captures; <see cref="Trigger"/> may come from another. A capture may hang for ever (drivers do): then the
/// supervisor leaves its thread behind and opens the camera anew, so nothing may depend on <see cref="Capture"/> returning.
/// </summary>
internal interface ICamera : IDisposable
{
    /// <summary>Whether each picture counts, and the camera can wait (files), or only the newest does (all that is live).</summary>
    bool Waits { get; }

    /// <summary>Whether no picture for <see cref="Configuration.CameraConfig.StallSeconds"/> is a fault; not so for a folder or a triggered camera.</summary>
    bool Streams { get; }

    /// <summary>Waits for the next picture.</summary>
    /// <param name="frame">Gets the picture, and where the camera knows them <see cref="CapturedFrame.PartId"/> and <see cref="CapturedFrame.Completed"/>.</param>
    /// <param name="patience">How long to wait at most, where the driver lets one choose.</param>
    /// <exception cref="Runtime.DeviceException">The camera is gone or gives what cannot be used; it is opened again.</exception>
    /// <exception cref="Runtime.PictureException">This one picture cannot be used; the camera goes on.</exception>
    CaptureStatus Capture(CapturedFrame frame, TimeSpan patience);

    /// <summary>Asks for an exposure; cameras that run freely do nothing.</summary>
    void Trigger();
}
