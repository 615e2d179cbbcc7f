namespace Edge.Outputs;

/// <summary>An output line that this process holds; given back, off, when disposed.</summary>
internal interface IGpioLine : IDisposable
{
    /// <exception cref="Runtime.DeviceException">The line cannot be set.</exception>
    void Set(bool on);
}
