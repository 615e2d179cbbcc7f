using Edge.Runtime.Imaging;
namespace Edge.Runtime;

/// <summary>How the pixels of a <see cref="Frame"/> lie in memory. Values of more than 8 bits take two bytes, little-endian, in
/// the lower bits.</summary>
public enum PixelFormat
{
    /// <summary>Grey, 0 to 255.</summary>
    Mono8,

    /// <summary>Grey, 0 to 1023 in two bytes (GenICam's Mono10, not packed).</summary>
    Mono10,

    /// <summary>Grey, 0 to 4095 in two bytes (GenICam's Mono12, not packed).</summary>
    Mono12,

    /// <summary>Grey, 0 to 65535.</summary>
    Mono16,

    /// <summary>Blue, green, red; 0 to 255 each. OpenCV's order.</summary>
    Bgr8,

    /// <summary>Red, green, blue; 0 to 255 each.</summary>
    Rgb8,

    /// <summary>Blue, green, red, alpha. Every alpha must be 255.</summary>
    Bgra8,

    /// <summary>Red, green, blue, alpha. Every alpha must be 255.</summary>
    Rgba8,

    /// <summary>Blue, green, red; 0 to 65535 each.</summary>
    Bgr16,
}
