using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Edge.Configuration;

/// <summary>What <c>edge run</c> is told: one YAML file. Read it with <see cref="ConfigFile"/>.</summary>
internal sealed record EdgeConfig
{
    public const int CurrentVersion = 1;

    [Description("Layout of this file; 1."), Required]
    public int Version { get; init; }

    [Description("Name of this box in topics, metrics and records.")]
    public string Name { get; init; } = "edge";

    [Description("Folder for pictures, thresholds set while running and counters. Default: systemd's state directory."), FilePath]
    public string? State { get; init; }

    [Description("Cores all inspections share; 0 takes all the process may use."), Range(0, 1024)]
    public int Threads { get; init; }

    [Description("Cores that no inspection takes, left to cameras and outputs."), Range(0, 1024)]
    public int SpareCores { get; init; }

    [Description("Reload when the configuration or a bundle changes on disk.")]
    public bool Watch { get; init; }

    [Description("A station is one camera, one bundle and one answer a part."), Required]
    public List<StationConfig> Stations { get; init; } = [];

    [Description("Where results go.")]
    public OutputsConfig Outputs { get; init; } = new();

    [Description("Pictures kept.")]
    public StoreConfig Store { get; init; } = new();

    [Description("Page, metrics, health and inspection by HTTP.")]
    public WebConfig Web { get; init; } = new();

    [Description("Alarms when pictures differ from those the bundle was calibrated on.")]
    public DriftConfig Drift { get; init; } = new();
}
