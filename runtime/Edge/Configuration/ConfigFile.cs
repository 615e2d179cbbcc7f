using Edge.Runtime.Bundles;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Edge.Configuration;

/// <summary>Reads a configuration whole, and refuses it whole.</summary>
internal static class ConfigFile
{
    /// <summary>Larger than any configuration.</summary>
    private const long MaxBytes = 1 << 20;

    /// <summary>Reads and checks a file; paths in it become absolute, from its folder.</summary>
    /// <exception cref="ConfigException">It cannot be read or has faults; the message has a line for each, with its place.</exception>
    public static EdgeConfig Load(string path)
    {
        var (config, problems) = Read(path);
        return problems.Count == 0 ? config : throw new ConfigException(string.Join('\n', problems.Select(problem => $"{path}, {problem}")));
    }

    /// <summary>Reads and checks a file and says all that is wrong with it.</summary>
    /// <exception cref="ConfigException">It cannot be read.</exception>
    public static (EdgeConfig Config, IReadOnlyList<ConfigProblem> Problems) Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
                throw new ConfigException($"{path}: larger than {MaxBytes >> 20} MiB; this is not a configuration.");
            return Parse(File.ReadAllText(path), Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"{path}: cannot be read ({e.Message.ReplaceLineEndings(" ")}).", e);
        }
    }

    /// <summary>Reads and checks a document.</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="folder">Where relative paths begin.</param>
    public static (EdgeConfig Config, IReadOnlyList<ConfigProblem> Problems) Parse(string text, string folder)
    {
        var binder = new ConfigBinder(folder);
        try
        {
            var yaml = Load(new YamlEvents(text, allowNull: true));
            if (yaml.Documents is not [{ } document])
                return (new EdgeConfig(), [new ConfigProblem(1, 1, "", yaml.Documents.Count == 0 ? "empty" : "more than one document")]);
            var config = (EdgeConfig)binder.Bind(document.RootNode, typeof(EdgeConfig), "")!;
            if (binder.Problems.Count == 0)
                ConfigRules.Check(config, binder.Report);
            return (config, binder.Problems);
        }
        catch (YamlException e)
        {
            var reason = (e.InnerException ?? e).Message.ReplaceLineEndings(" ");
            return (new EdgeConfig(), [.. binder.Problems, new ConfigProblem(e.Start.Line, e.Start.Column, "", $"not YAML: {reason}")]);
        }
    }

    private static YamlStream Load(YamlEvents events)
    {
        try
        {
            var yaml = new YamlStream();
            yaml.Load(events);
            return yaml;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // YamlDotNet about a bracket or a colon in the place of a value.
            var place = events.Current?.Start ?? Mark.Empty;
            throw new YamlException(place, place, "no value can stand here");
        }
    }
}
