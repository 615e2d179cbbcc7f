using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Edge.Service;
using Microsoft.AspNetCore.Http;

namespace Edge.Web;

/// <summary>An inference response of the Open Inference Protocol v2: outputs in JSON, or behind it in binary where asked for.</summary>
internal static class InferenceReply
{
    /// <summary>Name, datatype and shape of the outputs; -1 is as large as the picture.</summary>
    public static readonly (string Name, string Datatype, int[] Shape)[] Outputs =
    [
        ("score", "FP64", [1]), ("threshold", "FP64", [1]), ("p_value", "FP64", [1]), ("defect", "BOOL", [1]), ("verdict", "BYTES", [1]), ("anomaly_map", "FP32", [-1, -1]),
    ];

    public static Task Write(HttpContext context, InferenceRequest request, PostedResult posted)
    {
        var (json, binary) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            if (request.Id is { } id)
                writer.WriteString("id", id);
            writer.WriteString("model_name", posted.Result.Station);
            writer.WriteString("model_version", posted.Result.BundleVersion);
            writer.WriteStartArray("outputs");
            foreach (var output in Outputs.Where(output => request.Outputs.Count > 0 ? request.Outputs.ContainsKey(output.Name) : output.Name != "anomaly_map"))
            {
                var inBinary = request.Outputs.GetValueOrDefault(output.Name) ?? request.BinaryOutputs;
                WriteOutput(writer, output, posted, inBinary ? binary : null);
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        if (binary.WrittenCount == 0)
            return WebReply.Bytes(context, json.WrittenMemory, "application/json");
        context.Response.Headers["Inference-Header-Content-Length"] = json.WrittenCount.ToString(System.Globalization.CultureInfo.InvariantCulture);
        json.Write(binary.WrittenSpan);
        return WebReply.Bytes(context, json.WrittenMemory, "application/octet-stream");
    }

    private static void WriteOutput(Utf8JsonWriter writer, (string Name, string Datatype, int[] Shape) output, PostedResult posted, ArrayBufferWriter<byte>? binary)
    {
        writer.WriteStartObject();
        writer.WriteString("name", output.Name);
        writer.WriteString("datatype", output.Datatype);
        writer.WriteStartArray("shape");
        foreach (var side in output.Name == "anomaly_map" ? [posted.Height, posted.Width] : output.Shape)
            writer.WriteNumberValue(side);
        writer.WriteEndArray();
        if (binary is not null)
        {
            var before = binary.WrittenCount;
            WriteBinary(binary, output.Name, posted);
            writer.WriteStartObject("parameters");
            writer.WriteNumber("binary_data_size", binary.WrittenCount - before);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteStartArray("data");
            WriteJson(writer, output.Name, posted);
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    private static void WriteJson(Utf8JsonWriter writer, string name, PostedResult posted)
    {
        if (Number(name, posted.Result) is { } number)
            writer.WriteNumberValue(number);
        else if (name == "defect")
            writer.WriteBooleanValue(IsDefect(posted));
        else if (name == "verdict")
            writer.WriteStringValue(Verdict(posted));
        else
            foreach (var value in posted.Map)
                writer.WriteNumberValue(value);
    }

    private static void WriteBinary(ArrayBufferWriter<byte> binary, string name, PostedResult posted)
    {
        if (Number(name, posted.Result) is { } number)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(binary.GetSpan(8), number);
            binary.Advance(8);
        }
        else if (name == "defect")
            binary.Write([(byte)(IsDefect(posted) ? 1 : 0)]);
        else if (name == "verdict")
        {
            var text = Encoding.UTF8.GetBytes(Verdict(posted));
            BinaryPrimitives.WriteInt32LittleEndian(binary.GetSpan(4), text.Length);
            binary.Advance(4);
            binary.Write(text);
        }
        else
            binary.Write(MemoryMarshal.AsBytes<float>(posted.Map));
    }

    private static double? Number(string name, PartResult result) => name switch
    {
        "score" => result.Score,
        "threshold" => result.Threshold,
        "p_value" => result.PValue,
        _ => null,
    };

    private static bool IsDefect(PostedResult posted) => posted.Result.Verdict == ResultVerdict.Ng;

    private static string Verdict(PostedResult posted) => posted.Result.Verdict.ToString().ToLowerInvariant();
}
