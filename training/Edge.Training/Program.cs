using System.CommandLine;
using Edge.Commands;
using Edge.Training.Commands;

return await CommandHost.Run(new RootCommand("Learns what good pictures look like and writes a bundle for the edge box.")
{
    FitCommand.Create(),
    ExportCommand.Create(),
    SplitCommand.Create(),
    SynthesiseCommand.Create(),
}, args);
