namespace Edge.Features;

/// <summary>One layer of a backbone: [N, channels, H / stride, W / stride].</summary>
/// <param name="Name">Its name in a bundle's file of features.</param>
/// <param name="Channels">Values a place.</param>
/// <param name="Stride">Pixels from one place to the next, a power of two.</param>
internal sealed record BackboneLayer(string Name, int Channels, int Stride);
