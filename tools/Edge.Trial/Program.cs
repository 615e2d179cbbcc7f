using System.CommandLine;
using Edge.CommandLine;
using Edge.Trial;

Option<string> output = new("--out") { HelpName = "file", Description = "Write the table into this Markdown file too." };
Option<string[]> only = new("--only") { AllowMultipleArgumentsPerToken = true, HelpName = "fault", Description = "Only these faults, by their names." };
Command faults = new("faults", "Runs edge with a camera, a broker and a PLC, breaks one thing after the other, and tells what the operator sees, how long it lasts and what is lost.") { output, only };
faults.SetAction((parsed, stop) => new FaultTrial(parsed.InvocationConfiguration.Output, parsed.GetValue(only) ?? []).Run(parsed.GetValue(output), stop));

Option<double> minutes = new("--minutes") { HelpName = "n", Description = "How long.", DefaultValueFactory = _ => 30 };
Option<double> hertz = new("--hz") { HelpName = "rate", Description = "Parts a second.", DefaultValueFactory = _ => 4 };
Option<string> profile = new("--profile") { HelpName = "name", Description = "Profile of the shipped bundle.", DefaultValueFactory = _ => "t1" };
Command soak = new("soak", "Runs edge at line rate with every output and a watcher of the page, and tells whether memory, descriptors and latency stay where they were.") { minutes, hertz, profile, output };
soak.SetAction((parsed, stop) => new SoakTrial(parsed.InvocationConfiguration.Output).Run(
    TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(hertz), parsed.GetRequiredValue(profile), parsed.GetValue(output), stop));

Command demo = new("demo", "Runs edge on a camera that shows the shipped bundle's samples over and over, and says where its page is. Ctrl-C ends it.") { hertz };
demo.SetAction((parsed, stop) => Demo.Run(parsed.InvocationConfiguration.Output, parsed.GetValue(hertz), stop));

return await CommandHost.Run(new RootCommand("Trials of edge as a service, against real peers on this machine. Exit codes: 0 nothing was lost uncounted, 1 something was.") { demo, faults, soak }, args);
