using System.CommandLine;
using Edge.CommandLine;
using Edge.Fuzz;

Option<long> inputs = new("--inputs") { HelpName = "n", Description = "Inputs a target.", DefaultValueFactory = _ => 10_000 };
Option<int> seed = new("--seed") { HelpName = "n", Description = "Same seed, same inputs.", DefaultValueFactory = _ => 1 };
Option<string[]> only = new("--target") { HelpName = "name", Description = $"Only these: {string.Join(", ", Registry.Targets.Keys)}." };
Option<DirectoryInfo> output = new("--out") { HelpName = "folder", Description = "Where inputs that crash are kept.", DefaultValueFactory = _ => new DirectoryInfo(".artifacts/fuzz") };
only.AcceptOnlyFromAmong([.. Registry.Targets.Keys]);
RootCommand root = new("Feeds damaged files and requests to everything in edge that reads what others wrote. Exit codes: 0 all were accepted or refused cleanly, 1 something crashed, hung or took more than 1 GiB.")
{
    inputs, seed, only, output,
};
root.SetAction(parsed => new Campaign(parsed.GetRequiredValue(output), parsed.InvocationConfiguration.Output)
    .Run(parsed.GetValue(only) is { Length: > 0 } names ? names : [.. Registry.Targets.Keys], parsed.GetValue(inputs), parsed.GetValue(seed)));

// The campaign calls this for each target in a process of its own, which may die.
Argument<string> target = new("target");
Option<string> recorder = new("--recorder") { Required = true };
Command work = new("work") { target, inputs, seed, output, recorder };
work.Hidden = true;
work.SetAction(parsed => new Worker(parsed.GetRequiredValue(target), parsed.GetValue(seed), parsed.GetRequiredValue(output), parsed.GetRequiredValue(recorder)).Run(parsed.GetValue(inputs)));

Argument<FileInfo> file = new("file");
Command replay = new("replay", "Tries one kept input again.") { target, file };
replay.SetAction(parsed => Worker.Replay(parsed.GetRequiredValue(target), parsed.GetRequiredValue(file), parsed.InvocationConfiguration.Output));
root.Add(work);
root.Add(replay);
return await CommandHost.Run(root, args);
