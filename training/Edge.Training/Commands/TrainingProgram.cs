using System.CommandLine;

namespace Edge.Training.Commands;

/// <summary>The commands of <c>edge-train</c>.</summary>
internal static class TrainingProgram
{
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
