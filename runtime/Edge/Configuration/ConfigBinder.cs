using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Edge.Configuration;

/// <summary>Turns YAML nodes into the records, collects every fault with its place, and remembers where each key stood.</summary>
internal sealed class ConfigBinder(string folder)
{
    private readonly Dictionary<string, Mark> places = [];
    private readonly HashSet<string> faulty = [];

    public List<ConfigProblem> Problems { get; } = [];

    /// <summary>A fault at a key, or at the nearest key around it that the file has.</summary>
    public void Report(string key, string message)
    {
        var place = key;
        while (place.Length > 0 && !places.ContainsKey(place))
            place = place[..Math.Max(0, place.LastIndexOfAny(['.', '[']))];
        var mark = places.GetValueOrDefault(place, Mark.Empty);
        Problems.Add(new ConfigProblem(mark.Line, mark.Column, key, message));
        faulty.Add(key);
    }

    public object? Bind(YamlNode node, Type type, string key)
    {
        places.TryAdd(key, node.Start);
        if (Nullable.GetUnderlyingType(type) is { } inner)
            type = inner;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>))
            return BindList(node, type, key);
        return Type.GetTypeCode(type) == TypeCode.Object ? BindRecord(node, type, key) : BindScalar(node, type, key);
    }

    private object BindRecord(YamlNode node, Type type, string key)
    {
        var record = Activator.CreateInstance(type)!;
        var properties = type.GetProperties().Where(property => property.CanWrite).ToDictionary(property => ConfigNames.Of(property.Name));
        HashSet<string> given = [];
        if (node is YamlMappingNode mapping)
            foreach (var (name, value) in mapping.Children)
            {
                var text = (name as YamlScalarNode)?.Value ?? "";
                var child = key.Length == 0 ? text : $"{key}.{text}";
                places[child] = name.Start;
                if (!properties.TryGetValue(text, out var property))
                    Report(child, $"unknown key{ConfigNames.Suggest(text, properties.Keys)}");
                else if (!IsNull(value) && Bind(value, property.PropertyType, child) is { } bound && given.Add(text))
                    Set(record, property, bound, child);
            }
        else if (!IsNull(node))
            Report(key, "must be a mapping of keys to values");
        foreach (var (name, property) in properties)
            if (property.IsDefined(typeof(RequiredAttribute)) && !given.Contains(name) && !faulty.Contains(Child(key, name)))
                Report(Child(key, name), "missing; it has no default");
        return record;
    }

    private void Set(object record, PropertyInfo property, object value, string key)
    {
        if (property.GetCustomAttribute<RangeAttribute>() is { } range && !range.IsValid(value))
        {
            Report(key, string.Create(CultureInfo.InvariantCulture, $"{value} is not between {range.Minimum} and {range.Maximum}"));
            return;
        }
        if (property.IsDefined(typeof(RequiredAttribute)) && value is "" or ICollection { Count: 0 })
        {
            Report(key, "empty");
            return;
        }
        if (property.IsDefined(typeof(FilePathAttribute)) && value is string path && path != "-")
        {
            if (path.Contains('\0'))
            {
                Report(key, "holds a character that no path has");
                return;
            }
            value = Path.GetFullPath(path, folder);
        }
        property.SetValue(record, value);
    }

    private IList? BindList(YamlNode node, Type type, string key)
    {
        if (node is not YamlSequenceNode sequence)
        {
            Report(key, "must be a list");
            return null;
        }
        var list = (IList)Activator.CreateInstance(type)!;
        for (var i = 0; i < sequence.Children.Count; i++)
            if (Bind(sequence.Children[i], type.GenericTypeArguments[0], $"{key}[{i}]") is { } item)
                list.Add(item);
        return list;
    }

    private object? BindScalar(YamlNode node, Type type, string key)
    {
        if (node is not YamlScalarNode { Value: { } text })
        {
            Report(key, $"must be {Kind(type)}");
            return null;
        }
        if (type.IsEnum)
        {
            var names = Enum.GetValues(type).Cast<object>().ToDictionary(value => ConfigNames.Of(value.ToString()!));
            if (names.TryGetValue(text, out var value))
                return value;
            Report(key, $"'{text}' is not one of {string.Join(", ", names.Keys)}{(ConfigNames.Suggest(text, names.Keys) is var s && s.Contains('?') ? s : "")}");
            return null;
        }
        object? parsed = Type.GetTypeCode(type) switch
        {
            TypeCode.String => text,
            TypeCode.Int32 => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null,
            TypeCode.Double => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null,
            TypeCode.Boolean => text switch { "true" => true, "false" => false, _ => null },
            _ => throw new NotSupportedException($"{type} in a configuration"),
        };
        if (parsed is null)
            Report(key, $"'{text}' is not {Kind(type)}");
        return parsed;
    }

    private static bool IsNull(YamlNode node) =>
        node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };

    private static string Child(string key, string name) => key.Length == 0 ? name : $"{key}.{name}";

    private static string Kind(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Int32 => "a whole number",
        TypeCode.Double => "a number",
        TypeCode.Boolean => "true or false",
        _ when type.IsEnum => $"one of {string.Join(", ", Enum.GetNames(type).Select(ConfigNames.Of))}",
        _ => "text",
    };
}
