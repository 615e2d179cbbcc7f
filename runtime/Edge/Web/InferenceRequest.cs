using Edge.Runtime;
using System.Buffers.Binary;
using System.Text.Json;
using Edge.Cameras;
using Edge.Runtime.Imaging;
using Microsoft.AspNetCore.Http;

namespace Edge.Web;

/// <summary>
/// An inference request of the Open Inference Protocol v2 with one picture in it. Its JSON is read where it lies: what a tensor's data is
/// allowed to be is known before anything is allocated for it.
/// </summary>
internal sealed class InferenceRequest
{
    /// <summary>Name of the one input.</summary>
    public const string InputName = "image";

    /// <summary>All but the tensor's data; larger is nobody's request.</summary>
    private const int MostHeader = 64 << 10;

    /// <summary>What the request calls itself; null where it has no id.</summary>
    public string? Id { get; private set; }

    /// <summary>The picture, grey or BGR.</summary>
    public CapturedFrame Picture { get; } = new();

    /// <summary>Outputs asked for by name, and whether each is wanted in binary; empty for the usual ones.</summary>
    public Dictionary<string, bool?> Outputs { get; } = [];

    /// <summary>Whether outputs that do not say are wanted in binary.</summary>
    public bool BinaryOutputs { get; private set; }

    /// <summary>Reads a request.</summary>
    /// <param name="body">All of it.</param>
    /// <param name="headerLength">Where its JSON ends and binary data begins; null where all is JSON.</param>
    /// <exception cref="WebException">It is not a request for one picture.</exception>
    public static InferenceRequest Read(ReadOnlySpan<byte> body, int? headerLength)
    {
        if (headerLength is { } length && (length < 0 || length > body.Length))
            throw Bad($"Inference-Header-Content-Length is {length}, but the body has {body.Length} bytes");
        var json = body[..(headerLength ?? body.Length)];
        var binary = body[json.Length..];
        var request = new InferenceRequest();
        try
        {
            if (request.ReadObject(json) is not { } tensor)
                throw Bad($"inputs must hold one tensor named '{InputName}'");
            request.ReadPicture(tensor, json, binary);
            return request;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw Bad(e is JsonException ? $"not JSON: {e.Message}" : "a field is not of the type the protocol says");
        }
    }

    private Tensor? ReadObject(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 16 });
        Expect(ref reader, JsonTokenType.StartObject, "the request");
        Tensor? tensor = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            if (name == "inputs")
                tensor = tensor is null ? ReadInputs(ref reader) : throw Bad("inputs is there twice");
            else if (name == "id")
                Id = Small(ref reader).GetString();
            else if (name == "parameters")
                BinaryOutputs = Flag(Small(ref reader), "binary_data_output") ?? false;
            else if (name == "outputs")
                ReadOutputs(Small(ref reader));
            else
                reader.Skip();
        }
        // Anything after the end is a JsonException.
        reader.Read();
        return tensor;
    }

    private void ReadOutputs(JsonElement outputs)
    {
        foreach (var output in outputs.EnumerateArray())
            Outputs[output.TryGetProperty("name", out var name) ? name.GetString() ?? "" : throw Bad("an output has no name")] =
                output.TryGetProperty("parameters", out var parameters) ? Flag(parameters, "binary_data") : null;
    }

    private static Tensor ReadInputs(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Bad("inputs must be an array");
        Expect(ref reader, JsonTokenType.StartObject, "inputs[0]");
        var tensor = new Tensor();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            if (name == "data")
            {
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                tensor.Data = start..(int)reader.BytesConsumed;
            }
            else if (name == "name")
                tensor.Name = Small(ref reader).GetString();
            else if (name == "datatype")
                tensor.Datatype = Small(ref reader).GetString();
            else if (name == "shape")
                tensor.Shape = [.. Small(ref reader).EnumerateArray().Select(side => side.GetInt64())];
            else if (name == "parameters")
                tensor.BinarySize = Small(ref reader).TryGetProperty("binary_data_size", out var size) ? size.GetInt64() : null;
            else
                reader.Skip();
        }
        if (!reader.Read() || reader.TokenType != JsonTokenType.EndArray)
            throw Bad($"there is one input, '{InputName}', and one picture a request");
        return tensor;
    }

    private void ReadPicture(Tensor tensor, ReadOnlySpan<byte> json, ReadOnlySpan<byte> binary)
    {
        if (tensor.Name != InputName)
            throw Bad($"no input '{tensor.Name}'; there is '{InputName}'");
        if (tensor.BinarySize is null == tensor.Data is null)
            throw Bad($"input '{InputName}' must have either data or the parameter binary_data_size");
        if ((tensor.BinarySize ?? 0) != binary.Length)
            throw Bad($"binary_data_size is {tensor.BinarySize ?? 0}, but {binary.Length} bytes follow the JSON");
        if (tensor.Datatype == "UINT8")
            ReadPixels(tensor, json, binary);
        else if (tensor.Datatype == "BYTES")
            ReadFile(tensor, json, binary);
        else
            throw Bad($"input '{InputName}' has datatype '{tensor.Datatype}'; it must be UINT8 (pixels) or BYTES (a picture file)");
    }

    private void ReadPixels(Tensor tensor, ReadOnlySpan<byte> json, ReadOnlySpan<byte> binary)
    {
        var (height, width, channels) = tensor.Shape switch
        {
            [var h, var w] => (h, w, 1L),
            [var h, var w, var c] => (h, w, c),
            [1, var h, var w, var c] => (h, w, c),
            _ => throw Bad($"shape [{string.Join(", ", tensor.Shape)}] is not [H, W], [H, W, C] or [1, H, W, C]"),
        };
        if (width is < 1 or > PictureFile.MaxSide || height is < 1 or > PictureFile.MaxSide || width * height > PictureFile.MaxPixels)
            throw Bad($"{width} x {height} pixels; a picture has 1 to {PictureFile.MaxSide} a side and at most {PictureFile.MaxPixels / 1_000_000} megapixels");
        if (channels is not (1 or 3))
            throw Bad($"{channels} channels; a picture has 1 (grey) or 3 (red, green, blue)");
        var size = width * height * channels;
        // A number takes at least a digit and a comma.
        if (tensor.Data is { } data ? size > json[data].Length / 2 : size != binary.Length)
            throw Bad($"shape [{string.Join(", ", tensor.Shape)}] needs {size} values, and there are {(tensor.Data is null ? $"{binary.Length}" : "fewer")}");
        var pixels = Picture.Resize((int)width, (int)height, (int)channels, 1);
        if (tensor.Data is { } range)
            ReadNumbers(json[range], pixels);
        else
            binary.CopyTo(pixels);
        if (channels == 3)
            for (var i = 0; i < pixels.Length; i += 3)
                (pixels[i], pixels[i + 2]) = (pixels[i + 2], pixels[i]);
    }

    /// <summary>Flat or nested.</summary>
    private static void ReadNumbers(ReadOnlySpan<byte> data, Span<byte> pixels)
    {
        var reader = new Utf8JsonReader(data);
        var count = 0;
        while (reader.Read())
            if (reader.TokenType == JsonTokenType.Number)
            {
                if (count == pixels.Length || !reader.TryGetByte(out pixels[count]))
                    throw Bad(count == pixels.Length ? $"data has more than the {pixels.Length} values of its shape" : $"value {count} of data is not a whole number from 0 to 255");
                count++;
            }
            else if (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.EndArray))
                throw Bad("data must be numbers");
        if (count != pixels.Length)
            throw Bad($"data has {count} values, its shape needs {pixels.Length}");
    }

    /// <summary>In JSON base64 of a picture file; in binary its length in four bytes, little-endian, and the file itself.</summary>
    private void ReadFile(Tensor tensor, ReadOnlySpan<byte> json, ReadOnlySpan<byte> binary)
    {
        if (tensor.Shape is not ([1] or [1, 1]))
            throw Bad($"shape [{string.Join(", ", tensor.Shape)}] of BYTES must be [1]: one picture a request");
        if (tensor.Data is { } range)
        {
            var reader = new Utf8JsonReader(json[range]);
            while (reader.Read() && reader.TokenType == JsonTokenType.StartArray)
            {
            }
            if (reader.TokenType != JsonTokenType.String || !reader.TryGetBytesFromBase64(out var file))
                throw Bad("data of BYTES must be a picture file in base64");
            Decode(file);
        }
        else if (binary.Length < 4 || BinaryPrimitives.ReadUInt32LittleEndian(binary) != binary.Length - 4)
            throw Bad("binary BYTES must begin with their length in four bytes, little-endian");
        else
            Decode(binary[4..]);
    }

    private void Decode(ReadOnlySpan<byte> file)
    {
        using var picture = PictureFile.Decode(file, InputName);
        Picture.Copy(picture.AsFrame());
    }

    private static JsonElement Small(ref Utf8JsonReader reader)
    {
        var ahead = reader;
        ahead.Skip();
        return ahead.BytesConsumed - reader.TokenStartIndex <= MostHeader ? JsonElement.ParseValue(ref reader) : throw Bad("a field is far too long");
    }

    private static bool? Flag(JsonElement parameters, string name) => parameters.TryGetProperty(name, out var value) ? value.GetBoolean() : null;

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type, string what)
    {
        if (!reader.Read() || reader.TokenType != type)
            throw Bad($"{what} must be an object");
    }

    private static WebException Bad(string what) => new(StatusCodes.Status400BadRequest, $"{what}.");

    /// <summary>What is said of a tensor, and where its data lies in the JSON.</summary>
    private sealed class Tensor
    {
        public string? Name { get; set; }

        public string? Datatype { get; set; }

        public long[] Shape { get; set; } = [];

        public long? BinarySize { get; set; }

        public Range? Data { get; set; }
    }
}
