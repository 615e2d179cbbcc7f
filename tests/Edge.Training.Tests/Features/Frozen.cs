using Edge.Features;

namespace Edge.Training.Tests.Features;

/// <summary>The packaged network, read once: its file has 64 MB.</summary>
internal static class Frozen
{
    private static readonly Lazy<Backbone> Once = new(Backbone.Packaged);

    public static Backbone Backbone => Once.Value;
}
