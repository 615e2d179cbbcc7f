using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Edge.Configuration;

/// <summary>A kind's share of the disk; 0 megabytes keeps none.</summary>
internal record QuotaConfig
{
    [Description("Megabytes; 0 keeps none."), Range(0, 100_000_000)]
    public int MaxMb { get; init; }

    [Description("Days after which a picture goes."), Range(1, 100_000)]
    public int MaxDays { get; init; }
}
