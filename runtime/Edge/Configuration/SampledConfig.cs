using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Edge.Configuration;

/// <summary>A sample of good parts.</summary>
internal sealed record SampledConfig : QuotaConfig
{
    public SampledConfig() => (MaxMb, MaxDays) = (1024, 14);

    [Description("Keep one good part in so many."), Range(1, 1_000_000_000)]
    public int Every { get; init; } = 1000;
}
