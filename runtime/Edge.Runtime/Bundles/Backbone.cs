namespace Edge.Runtime.Bundles;

/// <summary>
/// A network from elsewhere that describes pictures by layers of activations, for the comparison of picture and reconstruction. One input
/// [N, C, H, W] of any name with C 1 or 3 (a grey picture is repeated), N, H and W free; its weights lie in the file itself.
/// </summary>
public sealed record Backbone
{
    /// <summary>The ONNX file.</summary>
    public FileEntry File { get; init; } = new();

    /// <summary>Subtracted from values of 0..1, a number a channel (red, green, blue). The default is ImageNet's.</summary>
    public List<double> Mean { get; init; } = [0.485, 0.456, 0.406];

    /// <summary>What is left is divided by this, a number a channel. The default is ImageNet's.</summary>
    public List<double> Deviation { get; init; } = [0.229, 0.224, 0.225];
}
