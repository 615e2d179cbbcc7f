using System.CommandLine;
using Edge.CommandLine;
using Edge.Configuration;

namespace Edge.Commands;

/// <summary><c>edge config</c>: whether a configuration would be taken, and what one may hold.</summary>
internal static class ConfigCommand
{
    public static Command Create() => new("config", "Checks a configuration or shows its schema.") { CheckCommand(), SchemaCommand() };

    private static Command CheckCommand()
    {
        var path = new Argument<string>("file") { Description = "The configuration." };
        var json = CommonOptions.Json();
        var command = new Command("check", """
            Reads a configuration as the service would and says all that is wrong with it, with line and column.
            Bundles and cameras are not opened; edge bundle check and edge run do that.
            Exit codes: 0 sound, 3 not.
            """) { path, json };
        command.SetAction(parsed =>
        {
            var (file, output) = (parsed.GetRequiredValue(path), parsed.InvocationConfiguration.Output);
            var (config, problems) = ConfigFile.Read(file);
            if (parsed.GetValue(json))
                foreach (var problem in problems)
                    JsonLines.Write(output, problem);
            if (problems.Count > 0)
                throw new ConfigException(parsed.GetValue(json)
                    ? $"{file}: {problems.Count} fault{(problems.Count > 1 ? "s" : "")}."
                    : string.Join('\n', problems.Select(problem => $"{file}, {problem}")));
            if (parsed.GetValue(json))
                JsonLines.Write(output, new { path = file, verdict = "ok", stations = config.Stations.Select(station => station.Name) });
            else
                output.WriteLine($"{file}: sound: {string.Join(", ", config.Stations.Select(station => $"{station.Name} ({ConfigNames.Of(station.Trigger.Mode.ToString())})"))}");
        });
        return command;
    }

    private static Command SchemaCommand()
    {
        var command = new Command("schema", "Prints the JSON schema of a configuration, for editors.");
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.WriteLine(ConfigSchema.Write()));
        return command;
    }
}
