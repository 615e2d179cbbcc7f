namespace Edge.Cameras;

/// <summary>The controls of a V4L2 device: exposure, gain and the like, by the kernel's ids.</summary>
internal interface IV4l2Controls : IDisposable
{
    /// <returns>The control; null where the device has none by this id, or has it switched off.</returns>
    V4l2Control? Query(uint id);

    /// <summary>Sets a control.</summary>
    /// <returns>Null, or why the device refuses.</returns>
    string? Set(uint id, int value);

    /// <returns>What the device says it is; null where it does not say.</returns>
    int? Get(uint id);
}
