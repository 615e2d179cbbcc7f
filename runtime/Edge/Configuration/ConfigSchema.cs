using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Edge.Configuration;

/// <summary>The configuration as a JSON schema, for editors that complete and check YAML.</summary>
internal static class ConfigSchema
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        WriteIndented = true,
    };

    public static string Write()
    {
        var schema = Options.GetJsonSchemaAsNode(typeof(EdgeConfig), new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Describe });
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
        schema["title"] = "Edge configuration";
        return schema.ToJsonString(Options);
    }

    private static JsonNode Describe(JsonSchemaExporterContext context, JsonNode node)
    {
        if (node is not JsonObject schema)
            return node;
        if (context.PropertyInfo is { AttributeProvider: { } property })
        {
            if (property.GetCustomAttributes(typeof(DescriptionAttribute), true) is [DescriptionAttribute description])
                schema.Insert(0, "description", description.Description);
            if (property.GetCustomAttributes(typeof(RangeAttribute), true) is [RangeAttribute range])
                (schema["minimum"], schema["maximum"]) = (JsonValue.Create(Convert.ToDouble(range.Minimum)), JsonValue.Create(Convert.ToDouble(range.Maximum)));
        }
        else
        {
            var required = context.TypeInfo.Properties.Where(p => p.AttributeProvider!.IsDefined(typeof(RequiredAttribute), true)).Select(p => (JsonNode)p.Name).ToArray();
            if (required.Length > 0)
                schema["required"] = new JsonArray(required);
        }
        return schema;
    }
}
