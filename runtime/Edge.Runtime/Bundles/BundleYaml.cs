using Edge.Runtime.Diffusion;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Edge.Runtime.Bundles;

/// <summary>YAML as bundles use it: snake_case keys, unknown keys refused, numbers that come back to the bit.</summary>
internal static class BundleYaml
{
    // Only who writes a bundle pays for it: 30 ms of every start otherwise.
    private static readonly Lazy<ISerializer> Serializer = new(() => new SerializerBuilder()
        .WithNamingConvention(UnderscoredNamingConvention.Instance)
        .WithEnumNamingConvention(UnderscoredNamingConvention.Instance)
        .ConfigureDefaultValuesHandling(DefaultValuesHandling.OmitNull | DefaultValuesHandling.OmitEmptyCollections)
        .DisableAliases()
        .WithTypeConverter(new ProfileKeyYaml())
        .WithAttributeOverride<SamplerOptions>(o => o.Steps, new YamlIgnoreAttribute())
        .WithAttributeOverride<SamplerOptions>(o => o.Evaluations, new YamlIgnoreAttribute())
        .Build());

    private static readonly IDeserializer Strict = Deserializer().Build();
    private static readonly IDeserializer Lenient = Deserializer().IgnoreUnmatchedProperties().Build();

    public static string Write(object value) => Serializer.Value.Serialize(value);

    /// <param name="text">The YAML.</param>
    /// <param name="path">The file it came from, for messages.</param>
    /// <exception cref="BundleException">Not YAML, an unknown key or a value of the wrong kind; names file, line and column.</exception>
    public static T Read<T>(string text, string path) where T : class => Read<T>(Strict, text, path);

    /// <summary>The schema version alone, so that a file from the future is told apart from a damaged one.</summary>
    public static int ReadSchemaVersion(string text, string path) => Read<SchemaOnly>(Lenient, text, path).SchemaVersion;

    private static DeserializerBuilder Deserializer() => new DeserializerBuilder()
        .WithNamingConvention(UnderscoredNamingConvention.Instance)
        .WithEnumNamingConvention(UnderscoredNamingConvention.Instance)
        .WithTypeConverter(new ProfileKeyYaml())
        .WithDuplicateKeyChecking();

    private static T Read<T>(IDeserializer deserializer, string text, string path) where T : class
    {
        try
        {
            return deserializer.Deserialize<T>(new YamlEvents(text, allowNull: false)) ?? throw new BundleException($"{path}: empty.");
        }
        catch (YamlException e)
        {
            var reason = (e.InnerException ?? e).Message.ReplaceLineEndings(" ");
            throw new BundleException($"{path}, line {e.Start.Line}, column {e.Start.Column}: {reason}", e);
        }
    }

    private sealed record SchemaOnly
    {
        public int SchemaVersion { get; init; }
    }
}
