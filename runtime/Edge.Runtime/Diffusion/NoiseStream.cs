namespace Edge.Runtime.Diffusion;

/// <summary>Which stream of <see cref="PhiloxNoise"/> serves what, so that no two uses share their noise.</summary>
internal static class NoiseStream
{
    /// <summary>The noise of scale t: the same whichever other scales are read with it.</summary>
    public static ulong Scale(int t) => (ulong)t;

    /// <summary>The noise a reconstruction starts from.</summary>
    public const ulong Start = 1ul << 32;

    /// <summary>The fresh noise (eta above 0) of the step that leaves index i.</summary>
    public static ulong Step(int i) => (2ul << 32) + (ulong)i;
}
