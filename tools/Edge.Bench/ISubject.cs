using Edge.Runtime;
using Edge.CommandLine;
using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;
using Edge.Runtime.Scoring;

namespace Edge.Bench;

/// <summary>What the benchmark asks of a bundle opened with one profile; the seam at which tests put one of their own.</summary>
internal interface ISubject : IDisposable
{
    /// <summary>The bundle's id.</summary>
    string Bundle { get; }

    /// <summary>What the bundle says of itself.</summary>
    BundleManifest Manifest { get; }

    /// <summary>All profiles of the bundle, in each precision they have.</summary>
    IReadOnlyList<ProfileKey> Profiles { get; }

    /// <summary>The profile that is used when none is named.</summary>
    ProfileKey DefaultProfile { get; }

    /// <summary>Pictures that come with the bundle.</summary>
    IReadOnlyList<string> GoldenSamplePaths { get; }

    /// <summary>The false-reject rate the threshold was asked to keep.</summary>
    double Alpha { get; }

    /// <summary>Network evaluations a picture.</summary>
    double Evaluations { get; }

    /// <summary>The noise levels of its T scales; null for a profile that reconstructs.</summary>
    IReadOnlyList<int>? TScales { get; }

    /// <summary>What the network computes in, "fp32".</summary>
    string Variant { get; }

    /// <summary>What runs the network.</summary>
    string Provider { get; }

    /// <summary>The scores of good pictures behind the threshold.</summary>
    ConformalScores CalibrationScores { get; }

    /// <summary>What the profile's verdicts withstand; null where nobody has measured it.</summary>
    Tolerance? Tolerance { get; }

    /// <summary>The profiles that make a reconstruction.</summary>
    IReadOnlyList<ProfileKey> ReconstructingProfiles { get; }

    /// <summary>Names of the negative controls that the profile calls OK; none should be.</summary>
    IReadOnlyList<string> PassedControls();

    /// <summary>Decodes and inspects a file.</summary>
    InspectionResult Inspect(string path);

    /// <summary>Inspects a picture in memory.</summary>
    /// <param name="frame">The picture.</param>
    /// <param name="reuse">A result to fill again; null makes a new one.</param>
    InspectionResult Inspect(in Frame frame, InspectionResult? reuse = null);

    /// <summary>[C, H, W] what the profile took the last picture for, -1 to 1; empty where it reconstructs nothing or the picture had several tiles.</summary>
    float[] Reconstruction(out PictureShape shape);
}
