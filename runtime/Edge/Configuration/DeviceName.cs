namespace Edge.Configuration;

/// <summary>The execution providers, as the configuration names them.</summary>
internal enum DeviceName
{
    Auto,
    Cpu,
    Cuda,
    Tensorrt,
}
