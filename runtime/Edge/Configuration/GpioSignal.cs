namespace Edge.Configuration;

/// <summary>What a line shows.</summary>
internal enum GpioSignal
{
    Ng,
    Ok,
    Ready,
}
