using Edge.Runtime;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Edge.Runtime.Bundles;

namespace Edge.Configuration;

/// <summary>One camera, one bundle and one answer a part.</summary>
internal sealed record StationConfig
{
    [Description("Its name in topics, metrics and records: letters, digits, - and _."), Required]
    public string Name { get; init; } = "";

    [Description("Where pictures come from; none for a station that only takes pictures by HTTP.")]
    public CameraConfig? Camera { get; init; }

    [Description("The bundle's folder."), Required, FilePath]
    public string Bundle { get; init; } = "";

    [Description("A profile of the bundle; default: the bundle's own.")]
    public string? Profile { get; init; }

    [Description("What the profile runs in: fp32, or int8 where the bundle has it for the profile, on the CPU alone; default: fp32.")]
    public Precision? Precision { get; init; }

    [Description("Share of good parts that may be rejected, on average over calibrations; default: the bundle's own."), Range(1e-9, 0.999)]
    public double? Alpha { get; init; }

    [Description("A fixed threshold instead of alpha's.")]
    public double? Threshold { get; init; }

    [Description("What runs the network: auto, cpu, cuda or tensorrt.")]
    public DeviceName Device { get; init; }

    [Description("Cores of this station; 0 takes its share of all."), Range(0, 1024)]
    public int Threads { get; init; }

    [Description("Whether idle threads wait actively; default: false, or what edge-bench tune has chosen.")]
    public bool? Spinning { get; init; }

    [Description("TensorRT only: compute in 16-bit floats.")]
    public bool HalfPrecision { get; init; }

    [Description("CUDA and TensorRT only: replay the work of a picture as one CUDA graph; for a camera whose pictures have one size. Unproven, see gpu-check.")]
    public bool CudaGraph { get; init; }

    [Description("A picture whose pixels that are not black do not count."), FilePath]
    public string? IgnoreMask { get; init; }

    [Description("Rectangles [x, y, width, height] that alone count.")]
    public List<List<int>> Regions { get; init; } = [];

    [Description("When a part begins.")]
    public TriggerConfig Trigger { get; init; } = new();
}
