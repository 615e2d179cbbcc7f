using System.CommandLine;
using Edge.CommandLine;
using Edge.Runtime;
using Edge.Training.Networks;

namespace Edge.Training.Commands;

/// <summary>The commands of <c>edge-train</c>.</summary>
internal static class TrainingProgram
{
    /// <summary>The native libraries it takes, one line each with its version. Each is loaded when its line is asked for.</summary>
    /// <exception cref="DeviceException">One of them is missing or does not load.</exception>
    public static IEnumerable<string> Libraries
    {
        get
        {
            foreach (var library in CommandHost.Libraries)
                yield return library;
            yield return TorchLibrary.Description;
        }
    }

    public static RootCommand Root() => new("Learns what good pictures look like and writes a bundle for the edge box.")
    {
        FitCommand.Create(),
        ExportCommand.Create(),
        QuantiseCommand.Create(),
        SplitCommand.Create(),
        SynthesiseCommand.Create(),
    };
}
