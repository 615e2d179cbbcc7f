using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace Edge.Runtime.Bundles;

/// <summary>Profile keys as text in YAML, so that whatever is kept by profile and precision can be a dictionary by <see cref="ProfileKey"/>.</summary>
internal sealed class ProfileKeyYaml : IYamlTypeConverter
{
    /// <inheritdoc/>
    public bool Accepts(Type type) => type == typeof(ProfileKey);

    /// <inheritdoc/>
    public object ReadYaml(IParser parser, Type type, ObjectDeserializer rootDeserializer)
    {
        var scalar = parser.Consume<Scalar>();
        try
        {
            return ProfileKey.Parse(scalar.Value);
        }
        catch (ArgumentException e)
        {
            throw new YamlException(scalar.Start, scalar.End, e.Message);
        }
    }

    /// <inheritdoc/>
    public void WriteYaml(IEmitter emitter, object? value, Type type, ObjectSerializer serializer) =>
        emitter.Emit(new Scalar(((ProfileKey)value!).ToString()));
}
