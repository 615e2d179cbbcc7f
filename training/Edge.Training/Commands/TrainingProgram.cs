using System.CommandLine;
using Edge.CommandLine;
using Edge.Runtime;
using TorchSharp;

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
            yield return $"libtorch {LibtorchVersion()}";
        }
    }

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

    private static string LibtorchVersion()
    {
        try
        {
            return torch.__version__;
        }
        catch (TypeInitializationException e)
        {
            throw new DeviceException($"libtorch does not load: {e.GetBaseException().Message.Split('\n')[0]}", e);
        }
    }
}
