using System.CommandLine;
using Edge.Configuration;
using Edge.Service;

namespace Edge.Commands;

/// <summary><c>edge run</c>: the service beside the line.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var config = new Option<string>("--config") { Required = true, HelpName = "file", Description = "The configuration." };
        var command = new Command("run", """
            Inspects what cameras see and publishes the verdicts, until it is told to stop.
            SIGTERM and Ctrl-C finish the part in hand, SIGHUP reads configuration and bundles again. Verdicts do not change the exit code.
            Exit codes: 0 stopped, or every camera was a file and has ended; 3 bundle or configuration, 4 device.
            """) { config };
        command.SetAction((parsed, stop) => new LineService(parsed.GetRequiredValue(config)).Run(stop));
        return command;
    }
}
