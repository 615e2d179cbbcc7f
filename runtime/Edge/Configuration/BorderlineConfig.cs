using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Edge.Configuration;

/// <summary>Parts that just passed.</summary>
internal sealed record BorderlineConfig : QuotaConfig
{
    public BorderlineConfig() => (MaxMb, MaxDays) = (2048, 30);

    [Description("A good part whose p-value is at most this is borderline."), Range(0.0, 1.0)]
    public double PValue { get; init; } = 0.05;
}
