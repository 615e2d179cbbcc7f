using System.CommandLine;
using Edge.CommandLine;
using TorchSharp;

namespace Edge.Training.Commands;

/// <summary>The commands of <c>edge-train</c>.</summary>
internal static class TrainingProgram
{
    /// <summary>The native libraries it takes, one line each with its version.</summary>
    public static IEnumerable<string> Libraries => CommandHost.Libraries.Append($"libtorch {torch.__version__}");

    public static RootCommand Root() => new("Learns what good pictures look like and writes a bundle for the edge box.")
    {
        FitCommand.Create(),
        ExportCommand.Create(),
        TuneCommand.Create(),
        QuantiseCommand.Create(),
        BackboneCommand.Create(),
        SplitCommand.Create(),
        SynthesiseCommand.Create(),
    };
}
