using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Edge.Configuration;

/// <summary>Which pictures are kept, and how many.</summary>
internal sealed record StoreConfig
{
    [Description("png or jpeg.")]
    public StoreFormat Format { get; init; }

    [Description("Draw the heat map beside NG and borderline pictures.")]
    public bool Overlays { get; init; } = true;

    [Description("Megabytes of the disk that are left to others."), Range(0, 100_000_000)]
    public int FreeMb { get; init; } = 1024;

    [Description("Parts that were rejected.")]
    public QuotaConfig Ng { get; init; } = new() { MaxMb = 8192, MaxDays = 90 };

    [Description("Parts that just passed.")]
    public BorderlineConfig Borderline { get; init; } = new();

    [Description("A sample of good parts.")]
    public SampledConfig Ok { get; init; } = new();
}
