using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Edge.Configuration;

/// <summary>When an alarm is raised that pictures have changed.</summary>
internal sealed record DriftConfig
{
    [Description("Parts the alarms look back on."), Range(20, 100_000)]
    public int Window { get; init; } = 200;

    [Description("How often an alarm may come from chance alone, a window."), Range(1e-12, 0.5)]
    public double FalseAlarm { get; init; } = 1e-4;
}
