using Edge.Runtime;
using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;
using Edge.Testing;

namespace Edge.Tests.Web;

/// <summary>The Open Inference Protocol v2, asked as its clients ask.</summary>
public sealed class InferenceProtocolTests : IAsyncLifetime
{
    private WebLine web = null!;
    private byte[] pixels = [];
    private double score;

    public async Task InitializeAsync()
    {
        web = await WebLine.Start();
        using var picture = PictureFile.Read(web.Tiny.DefectPath);
        pixels = [.. Enumerable.Range(0, 64).SelectMany(y => picture.AsFrame().Row(y).ToArray())];
        using var inspector = Opened.Inspector(web.Tiny.Folder, new ModelOptions { Profile = "levels", Inference = TinyBundle.Cpu });
        score = inspector.Inspect(web.Tiny.DefectPath).Score;
    }

    public async Task DisposeAsync() => await web.DisposeAsync();

    [Fact]
    public async Task Metadata_ServerAndModel_DescribeWhatInferTakes()
    {
        Assert.Contains("binary_tensor_data", (await Json("v2"))["extensions"]!.AsArray().Select(node => node!.GetValue<string>()));
        Assert.True((await Json("v2/health/live"))["live"]!.GetValue<bool>());
        Assert.True((await Json("v2/health/ready"))["ready"]!.GetValue<bool>());
        Assert.True((await Json("v2/models/top/ready"))["ready"]!.GetValue<bool>());
        foreach (var path in new[] { "v2/models/top", "v2/models/top/versions/1" })
        {
            var model = await Json(path);
            Assert.Equal(("top", "1"), (model["name"]!.GetValue<string>(), model["versions"]![0]!.GetValue<string>()));
            Assert.Equal(("image", "UINT8", "RGB"), (model["inputs"]![0]!["name"]!.GetValue<string>(), model["inputs"]![0]!["datatype"]!.GetValue<string>(),
                model["inputs"]![0]!["parameters"]!["channel_order"]!.GetValue<string>()));
        }
        Assert.Equal(HttpStatusCode.NotFound, (await web.Http.GetAsync("v2/models/top/versions/2")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await web.Http.GetAsync("v2/models/nosuch")).StatusCode);
        // Two stations have the bundle, so its id does not say which.
        Assert.Equal(HttpStatusCode.NotFound, (await web.Http.GetAsync("v2/models/tiny")).StatusCode);
    }

    [Fact]
    public async Task Infer_JsonInAnyShape_GivesTheInspectorsScore()
    {
        var flat = JsonSerializer.SerializeToNode(pixels.Select(b => (int)b))!;
        var nested = JsonSerializer.SerializeToNode(pixels.Select(b => (int)b).Chunk(64))!;
        var rgb = JsonSerializer.SerializeToNode(pixels.SelectMany(b => new[] { (int)b, b, b }))!;
        foreach (var (shape, data) in new[] { ("[64,64]", flat), ("[64,64]", nested), ("[64,64,1]", flat), ("[1,64,64,1]", flat), ("[64,64,3]", rgb), ("[1,64,64,3]", rgb) })
        {
            var answer = await Infer($$"""{"id":"42","inputs":[{"name":"image","shape":{{shape}},"datatype":"UINT8","data":{{data.ToJsonString()}}}]}""");

            Assert.Equal(("42", "top", "1"), (answer["id"]!.GetValue<string>(), answer["model_name"]!.GetValue<string>(), answer["model_version"]!.GetValue<string>()));
            Assert.Equal(["score", "threshold", "p_value", "defect", "verdict"], answer["outputs"]!.AsArray().Select(output => output!["name"]!.GetValue<string>()));
            Assert.Equal(score, Value(answer, "score").GetValue<double>(), score * 1e-4);
            Assert.True(Value(answer, "defect").GetValue<bool>());
            Assert.Equal("ng", Value(answer, "verdict").GetValue<string>());
        }
    }

    [Fact]
    public async Task Infer_Base64PictureBeforeItsShape_GivesScoreAndMap()
    {
        var file = Convert.ToBase64String(File.ReadAllBytes(web.Tiny.DefectPath));

        var answer = await Infer($$"""{"outputs":[{"name":"score"},{"name":"anomaly_map"}],"inputs":[{"data":["{{file}}"],"datatype":"BYTES","shape":[1],"name":"image"}]}""");

        Assert.Null(answer["id"]);
        Assert.Equal(["score", "anomaly_map"], answer["outputs"]!.AsArray().Select(output => output!["name"]!.GetValue<string>()));
        Assert.Equal(score, Value(answer, "score").GetValue<double>());
        Assert.Equal([64, 64], answer["outputs"]![1]!["shape"]!.AsArray().Select(side => side!.GetValue<int>()));
        Assert.Equal(64 * 64, answer["outputs"]![1]!["data"]!.AsArray().Count);
    }

    [Fact]
    public async Task Infer_RgbPixels_AreTakenInThatOrder()
    {
        // The same picture in colour, once as pixels in RGB and once as a file.
        var random = new Random(5);
        var rgb = Enumerable.Range(0, 64 * 64 * 3).Select(_ => (byte)random.Next(256)).ToArray();
        var rows = rgb.Chunk(64 * 3).ToArray();
        var png = TestPictures.Png(64, 64, 8, 2, rows);

        var byPixels = await Infer($$"""{"inputs":[{"name":"image","shape":[64,64,3],"datatype":"UINT8","data":[{{string.Join(',', rgb)}}]}]}""");
        var byFile = await Infer($$"""{"inputs":[{"name":"image","shape":[1],"datatype":"BYTES","data":["{{Convert.ToBase64String(png)}}"]}]}""");

        Assert.Equal(Value(byFile, "score").GetValue<double>(), Value(byPixels, "score").GetValue<double>());
    }

    [Fact]
    public async Task Infer_BinaryBothWays_GivesTheSame()
    {
        var file = File.ReadAllBytes(web.Tiny.DefectPath);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, file.Length);
        foreach (var (shape, datatype, data) in new[] { ("[64,64]", "UINT8", pixels), ("[1]", "BYTES", [.. length, .. file]) })
        {
            var json = $$"""
                {"id":"b","parameters":{"binary_data_output":true},
                 "inputs":[{"name":"image","shape":{{shape}},"datatype":"{{datatype}}","parameters":{"binary_data_size":{{data.Length}} } }],
                 "outputs":[{"name":"score"},{"name":"defect"},{"name":"verdict"},{"name":"anomaly_map"},{"name":"p_value","parameters":{"binary_data":false} }]}
                """;
            var response = await Send([.. Encoding.UTF8.GetBytes(json), .. data], Encoding.UTF8.GetByteCount(json));

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            var body = await response.Content.ReadAsByteArrayAsync();
            var header = int.Parse(response.Headers.GetValues("Inference-Header-Content-Length").Single());
            var sizes = JsonNode.Parse(body.AsSpan(0, header))!["outputs"]!.AsArray().ToDictionary(o => o!["name"]!.GetValue<string>(), o => o!["parameters"]?["binary_data_size"]?.GetValue<int>());
            Assert.Equal((8, 1, 6, 64 * 64 * 4, null), (sizes["score"], sizes["defect"], sizes["verdict"], sizes["anomaly_map"], sizes["p_value"]));
            Assert.Equal(header + 8 + 1 + 6 + 64 * 64 * 4, body.Length);
            Assert.Equal(score, BinaryPrimitives.ReadDoubleLittleEndian(body.AsSpan(header)));
            Assert.Equal(1, body[header + 8]);
            Assert.Equal([2, 0, 0, 0, (byte)'n', (byte)'g'], body[(header + 9)..(header + 15)]);
        }
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("[]", "object")]
    [InlineData("{}", "inputs")]
    [InlineData("""{"inputs":[{"name":"image","shape":[2,2],"datatype":"UINT8","data":[1,2,3,4]}],"outputs":[{}]}""", "no name")]
    [InlineData("""{"inputs":[]}""", "inputs[0]")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,1],"datatype":"UINT8","data":[1]}]}""", "no input 'x'")]
    [InlineData("""{"inputs":[{"name":"image","shape":[2,2],"datatype":"FP32","data":[1,2,3,4]}]}""", "FP32")]
    [InlineData("""{"inputs":[{"name":"image","shape":[2,2],"datatype":"UINT8","data":[1, 2, 3]}]}""", "3 values")]
    [InlineData("""{"inputs":[{"name":"image","shape":[2,2],"datatype":"UINT8","data":[1,2,3,4,5]}]}""", "more than")]
    [InlineData("""{"inputs":[{"name":"image","shape":[2,2],"datatype":"UINT8","data":[1,2,3,256]}]}""", "0 to 255")]
    [InlineData("""{"inputs":[{"name":"image","shape":[2,2],"datatype":"UINT8","data":[1,2,3,"4"]}]}""", "numbers")]
    [InlineData("""{"inputs":[{"name":"image","shape":[60000,60000],"datatype":"UINT8","data":[1]}]}""", "megapixels")]
    [InlineData("""{"inputs":[{"name":"image","shape":[10000,10000],"datatype":"UINT8","data":[1]}]}""", "fewer")]
    [InlineData("""{"inputs":[{"name":"image","shape":[9223372036854775807,2],"datatype":"UINT8","data":[1]}]}""", "pixels")]
    [InlineData("""{"inputs":[{"name":"image","shape":[-1,-1],"datatype":"UINT8","data":[1]}]}""", "pixels")]
    [InlineData("""{"inputs":[{"name":"image","shape":[2,2,2],"datatype":"UINT8","data":[1,1,1,1,1,1,1,1]}]}""", "channels")]
    [InlineData("""{"inputs":[{"name":"image","shape":[2,2,2,1],"datatype":"UINT8","data":[1,1,1,1,1,1,1,1]}]}""", "shape")]
    [InlineData("""{"inputs":[{"name":"image","shape":"big","datatype":"UINT8","data":[1]}]}""", "type")]
    [InlineData("""{"inputs":[{"name":"image","shape":[1],"datatype":"BYTES","data":["%%%"]}]}""", "base64")]
    [InlineData("""{"inputs":[{"name":"image","shape":[1],"datatype":"BYTES","data":["aGVsbG8="]}]}""", "not a PNG")]
    [InlineData("""{"inputs":[{"name":"image","shape":[64,64],"datatype":"UINT8","parameters":{"binary_data_size":4096}}]}""", "0 bytes follow")]
    [InlineData("""{"inputs":[{"name":"image","shape":[2,2],"datatype":"UINT8","data":[1,2,3,4]},{"name":"image"}]}""", "one picture")]
    [InlineData("""{"inputs":[{"name":"image","shape":[2,2],"datatype":"UINT8","data":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}]}""", "not JSON")]
    [InlineData("""{"inputs":[{"name":"image","shape":[1,1],"datatype":"UINT8","data":[1]}]} x""", "not JSON")]
    [InlineData("""{"inputs":[{"name":"image","shape":[1,1],"datatype":"UINT8","data":[1]}],"outputs":[{"name":"class"}]}""", "no output 'class'")]
    public async Task Infer_WhatIsNoRequest_Is400WithTheReason(string body, string reason)
    {
        var response = await Send(Encoding.UTF8.GetBytes(body), null);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(reason, JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!.GetValue<string>());
    }

    [Fact]
    public async Task Infer_BytesOfAnySort_NeverGets500()
    {
        var seed = Encoding.UTF8.GetBytes($$"""{"id":"7","parameters":{"binary_data_output":true},"inputs":[{"name":"image","shape":[4,4],"datatype":"UINT8","data":[{{string.Join(',', new byte[16])}}]}],"outputs":[{"name":"score"}]}""");
        var random = new Random(11);
        for (var n = 0; n < 400; n++)
        {
            var bytes = (byte[])seed.Clone();
            for (var k = random.Next(1, 6); k > 0; k--)
                bytes[random.Next(bytes.Length)] = (byte)(random.Next(3) == 0 ? random.Next(256) : seed[random.Next(seed.Length)]);

            var response = await Send(bytes[..random.Next(bytes.Length / 2, bytes.Length + 1)], random.Next(8) == 0 ? random.Next(-2, 400) : null);

            Assert.True((int)response.StatusCode is 200 or 400 or 503, $"{response.StatusCode}: {Encoding.UTF8.GetString(bytes)}");
        }
    }

    private async Task<JsonNode> Json(string path) => JsonNode.Parse(await web.Http.GetStringAsync(path))!;

    private async Task<JsonNode> Infer(string json)
    {
        var response = await Send(Encoding.UTF8.GetBytes(json), null);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }

    private Task<HttpResponseMessage> Send(byte[] body, int? headerLength)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "v2/models/top/infer") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        if (headerLength is { } length)
            request.Headers.Add("Inference-Header-Content-Length", $"{length}");
        return web.Http.SendAsync(request);
    }

    private static JsonNode Value(JsonNode answer, string name) => answer["outputs"]!.AsArray().First(output => output!["name"]!.GetValue<string>() == name)!["data"]![0]!;
}
