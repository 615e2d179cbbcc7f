using Edge.Runtime;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Edge.Configuration;
using Edge.Runtime.Inspection;
using Edge.Service;
using Edge.Testing;
using Edge.Web;
using Microsoft.Extensions.Logging.Abstractions;

namespace Edge.Tests.Web;

/// <summary>The endpoints, asked over a real connection.</summary>
public sealed class WebServerTests : IAsyncLifetime
{
    private WebLine web = null!;

    public async Task InitializeAsync() => web = await WebLine.Start();

    public async Task DisposeAsync() => await web.DisposeAsync();

    [Fact]
    public async Task Health_RunningAndStopped_SaysAliveAndReady()
    {
        Assert.Equal(HttpStatusCode.OK, (await web.Http.GetAsync("healthz")).StatusCode);
        Assert.True((await Json("readyz"))["ready"]!.GetValue<bool>());

        await web.Line.Stop();

        Assert.Equal(HttpStatusCode.OK, (await web.Http.GetAsync("healthz")).StatusCode);
        var ready = await web.Http.GetAsync("readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("stopping", (await ready.Content.ReadFromJsonAsync<JsonNode>())!["reasons"]![0]!.GetValue<string>());
    }

    [Theory]
    [InlineData(false, "fp32")]
    [InlineData(true, "int8")]
    public async Task Precision_OfAStation_IsBesideItsProfileEverywhere(bool int8, string precision)
    {
        await using var line = await WebLine.Start(int8: int8);
        await line.Part(line.Tiny.DefectPath, "a");

        var top = JsonNode.Parse(await line.Http.GetStringAsync("v1/state"))!["stations"]![0]!;
        var model = JsonNode.Parse(await line.Http.GetStringAsync("v2/models/top"))!["parameters"]!;

        Assert.All((JsonNode[])[top, top["last"]!, model], said => Assert.Equal(("levels", precision), (said["profile"]!.GetValue<string>(), said["precision"]!.GetValue<string>())));
        Assert.Contains($"profile=\"levels\",precision=\"{precision}\"", await line.Http.GetStringAsync("metrics"));
    }

    [Fact]
    public async Task Metrics_AfterParts_ArePrometheusText()
    {
        await web.Part(web.Tiny.DefectPath, "a");

        var answer = await web.Http.GetAsync("metrics");
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Contains("edge_results_total{station=\"top\",verdict=\"ng\",reason=\"defect\"} 1\n", text);
        Assert.Contains("\nedge_ready 1\n", text);
        using var promtool = Process.Start(new ProcessStartInfo("promtool", ["check", "metrics"])
            { RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true })!;
        await promtool.StandardInput.WriteAsync(text);
        promtool.StandardInput.Close();
        var said = await promtool.StandardError.ReadToEndAsync() + await promtool.StandardOutput.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        Assert.True(promtool.ExitCode == 0, said);
    }

    [Fact]
    public async Task Inspect_Pictures_GetTheInspectorsVerdict()
    {
        using var inspector = Opened.Inspector(web.Tiny.Folder, new ModelOptions { Profile = "levels", Inference = TinyBundle.Cpu });
        var expected = inspector.Inspect(web.Tiny.DefectPath);

        var bad = await Json(await PostPicture(web.Tiny.DefectPath, "station=top&map=png"));
        var good = await Json(await PostPicture(web.Tiny.NormalPaths[0], "station=top"));

        Assert.Equal(("ng", "defect", expected.Score), (bad["verdict"]!.GetValue<string>(), bad["reason"]!.GetValue<string>(), bad["score"]!.GetValue<double>()));
        Assert.Equal("ok", good["verdict"]!.GetValue<string>());
        Assert.Null(good["map_png"]);
        var png = Convert.FromBase64String(bad["map_png"]!.GetValue<string>());
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
        Assert.Equal(0, web.Top.State().Results.Values.Sum());
    }

    [Fact]
    public async Task Inspect_WhatIsNoPicture_Is422()
    {
        var bomb = TestPictures.Png(100_000, 100_000, 8, 0, [new byte[10]]);

        foreach (var body in new[] { bomb, "not a picture"u8.ToArray(), [] })
        {
            var answer = await web.Http.PostAsync("v1/inspect?station=top", new ByteArrayContent(body));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            Assert.NotEmpty(await Error(answer));
        }
    }

    [Fact]
    public async Task Inspect_BodyOverTheLimit_Is413BeforeItIsRead()
    {
        // The header claims a gigabyte; the answer comes though nothing follows it.
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, web.Address.Port);
        await client.GetStream().WriteAsync("POST /v1/inspect?station=top HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1073741824\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(client.GetStream());

        Assert.Contains(" 413 ", await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task Inspect_MoreThanMayWait_Is503WithRetryAfter()
    {
        var pictures = Enumerable.Range(0, 40).Select(i => web.Tiny.Picture($"large{i}.png", i, side: 512)).ToList();

        var answers = await Task.WhenAll(pictures.Select(path => PostPicture(path, "station=top")));

        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.All(answers.Where(answer => !answer.IsSuccessStatusCode), answer =>
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter!.Delta);
        });
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.ServiceUnavailable);
    }

    [Theory]
    [InlineData("v1/inspect?station=nosuch", HttpStatusCode.NotFound, "no station 'nosuch'")]
    [InlineData("v1/inspect", HttpStatusCode.BadRequest, "'station' is missing")]
    [InlineData("v1/inspect?station=top&map=gif", HttpStatusCode.BadRequest, "'map'")]
    public async Task Inspect_BadQuery_SaysWhatIsWrong(string path, HttpStatusCode status, string message)
    {
        var answer = await web.Http.PostAsync(path, new ByteArrayContent(File.ReadAllBytes(web.Tiny.DefectPath)));

        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(message, await Error(answer));
    }

    [Fact]
    public async Task State_AfterAPart_HasItsResult()
    {
        var part = await web.Part(web.Tiny.DefectPath, "P-1");

        var top = (await Json("v1/state"))["stations"]![0]!;
        Assert.NotEmpty(top["provider_note"]!.GetValue<string>());

        Assert.Equal(("P-1", "ng", part.Score), (top["last"]!["part_id"]!.GetValue<string>(), top["last"]!["verdict"]!.GetValue<string>(), top["last"]!["score"]!.GetValue<double?>()));
        Assert.Equal(1, top["results"]!["defect"]!.GetValue<int>());
    }

    [Fact]
    public async Task Threshold_WhatIf_CountsThePartsOfTheLastHour()
    {
        var now = DateTimeOffset.UtcNow;
        foreach (var (score, ng) in new[] { (1.0, false), (2.0, false), (5.0, true), (9.0, true) })
            web.Top.History.Add(now.AddMinutes(-5), score, ng);
        web.Top.History.Add(now, null, true);

        var answer = await Json("v1/threshold?station=top&what_if=1.5");

        var whatIf = answer["what_if"]!;
        // 2, 5, 9 and the part without a score, which is NG whatever the threshold.
        Assert.Equal((5, 4, 3, 0.8), (whatIf["parts"]!.GetValue<int>(), whatIf["would_reject"]!.GetValue<int>(), whatIf["rejected"]!.GetValue<int>(), whatIf["would_reject_share"]!.GetValue<double>()));
        Assert.Equal((TinyBundle.Calibrated, "bundle", true), (answer["calibration"]!["pictures"]!.GetValue<int>(), answer["source"]!.GetValue<string>(), answer["changes_allowed"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task Threshold_Posted_IsUsedAndCanBeTakenBack()
    {
        var before = web.Top.Model.Inspector.Threshold;

        Assert.Equal(HttpStatusCode.OK, (await web.Post("v1/threshold", """{"station":"top","threshold":1000000}""")).StatusCode);
        Assert.Equal("ok", (await Json(await PostPicture(web.Tiny.DefectPath, "station=top")))["verdict"]!.GetValue<string>());
        Assert.Equal("operator", (await Json("v1/threshold?station=top"))["source"]!.GetValue<string>());

        Assert.Equal(HttpStatusCode.OK, (await web.Post("v1/threshold", """{"station":"top","alpha":0.1}""")).StatusCode);
        using var inspector = Opened.Inspector(web.Tiny.Folder, new ModelOptions { Profile = "levels", Inference = TinyBundle.Cpu });
        inspector.UseAlpha(0.1);
        Assert.Equal(inspector.Threshold, web.Top.Model.Inspector.Threshold);
        Assert.NotEqual(before, web.Top.Model.Inspector.Threshold);

        Assert.Equal(HttpStatusCode.OK, (await web.Post("v1/threshold", """{"station":"top","threshold":null}""")).StatusCode);
        Assert.Equal((before, "bundle"), (web.Top.Model.Inspector.Threshold, web.Top.Model.ThresholdSource));
    }

    [Theory]
    [InlineData("""{"station":"top"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"station":"top","threshold":-1}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"station":"top","threshold":1e300}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"station":"top","threshold":"3"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"station":"top","threshold":3,"alpha":0.1}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"station":"top","treshold":3}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"station":"top","alpha":0.0001}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"station":"../top","threshold":3}""", HttpStatusCode.NotFound)]
    [InlineData("[1]", HttpStatusCode.BadRequest)]
    [InlineData("{", HttpStatusCode.BadRequest)]
    public async Task Threshold_PostedWrong_ChangesNothing(string body, HttpStatusCode status)
    {
        var before = web.Top.Model.Inspector.Threshold;

        var answer = await web.Post("v1/threshold", body);

        Assert.Equal(status, answer.StatusCode);
        Assert.NotEmpty(await Error(answer));
        Assert.Equal((before, "bundle"), (web.Top.Model.Inspector.Threshold, web.Top.Model.ThresholdSource));
    }

    [Fact]
    public async Task Trigger_ExternalStation_BeginsAPartThatIsAnswered()
    {
        var answer = await web.Post("v1/trigger", """{"station":"gate","part_id":"P-7"}""");

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var id = (await Json(answer))["id"]!.GetValue<long>();
        // Nothing takes its picture, so its deadline answers.
        await Wait.Until(() => web.Line.Find("gate")!.State().Last?.Id == id);
        Assert.Equal((ResultReason.NoFrame, "P-7"), (web.Line.Find("gate")!.State().Last!.Reason, web.Line.Find("gate")!.State().Last!.PartId));
        var refused = await web.Post("v1/trigger", """{"station":"top"}""");
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("external", await Error(refused));
    }

    [Fact]
    public async Task ReloadAndGolden_WithToken_AreDone()
    {
        File.AppendAllText(web.Tiny.At("edge.yaml"), "name: other\n");

        Assert.Equal("name", (await Json(await web.Post("v1/reload", "")))["need_restart"]![0]!.GetValue<string>());
        Assert.Equal("name", (await Json("readyz"))["need_restart"]![0]!.GetValue<string>());
        Assert.True((await Json(await web.Post("v1/golden", "")))["agrees"]!.GetValue<bool>());

        File.AppendAllText(web.Tiny.At("edge.yaml"), "nonsense: 1\n");
        var refused = await web.Post("v1/reload", "");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("nonsense", await Error(refused));
    }

    [Fact]
    public async Task History_Scores_AreSortedIntoStretches()
    {
        var now = DateTimeOffset.UtcNow;
        foreach (var score in new[] { 1.0, 3.0 })
            web.Top.History.Add(now.AddMinutes(-10), score, score > 2);
        web.Top.History.Add(now, null, true);

        var answer = await Json("v1/history?station=top&minutes=60");

        Assert.Equal(30, answer["bucket_seconds"]!.GetValue<double>());
        var buckets = answer["buckets"]!.AsArray();
        Assert.Equal(3, buckets.Sum(bucket => bucket!["parts"]!.GetValue<int>()));
        var first = buckets[0]!;
        Assert.Equal((2, 1, 1.0, 2.0, 3.0), (first["parts"]!.GetValue<int>(), first["ng"]!.GetValue<int>(), first["min"]!.GetValue<double>(), first["mean"]!.GetValue<double>(), first["max"]!.GetValue<double>()));
        Assert.Null(buckets[^1]!["max"]);
    }

    [Fact]
    public async Task Pictures_OfTheLine_AreShownWhenSomebodyLooks()
    {
        Assert.Equal(HttpStatusCode.NoContent, (await web.Http.GetAsync("v1/stations/top/live.jpg")).StatusCode);

        var part = await web.Part(web.Tiny.DefectPath, "P-1");
        HttpResponseMessage? live = null;
        await Wait.Until(() => (live = web.Http.GetAsync("v1/stations/top/live.jpg?map=0").Result).StatusCode == HttpStatusCode.OK);

        Assert.Equal($"{part.Id}", live!.Headers.GetValues("X-Edge-Inspection").Single());
        var (plain, heat) = (await live.Content.ReadAsByteArrayAsync(), await web.Http.GetByteArrayAsync("v1/stations/top/live.jpg?map=1"));
        Assert.Equal(("image/jpeg", (byte)0xFF, (byte)0xD8), (live.Content.Headers.ContentType!.MediaType, plain[0], plain[1]));
        Assert.NotEqual(plain, heat);
        Assert.Equal(part.Id, (await Json("v1/stations/top/ng"))["parts"]![0]!["id"]!.GetValue<long>());
        Assert.Equal(heat, await web.Http.GetByteArrayAsync($"v1/stations/top/ng/{part.Id}.jpg"));
        var again = new HttpRequestMessage(HttpMethod.Get, "v1/stations/top/live.jpg?map=0") { Headers = { IfNoneMatch = { live.Headers.ETag! } } };
        Assert.Equal(HttpStatusCode.NotModified, (await web.Http.SendAsync(again)).StatusCode);
    }

    [Theory]
    [InlineData("/v1/stations/..%2f..%2fetc%2fpasswd/live.jpg")]
    [InlineData("/v1/stations/%2e%2e/live.jpg")]
    [InlineData("/v1/stations/top/ng/..%2f..%2ftoken.jpg")]
    [InlineData("/v1/stations/top/ng/999999.jpg")]
    [InlineData("/v1/stations/nosuch/ng")]
    [InlineData("/..%2fedge.yaml")]
    [InlineData("/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/app.js/../../token")]
    [InlineData("/v2/models/..%2ftop")]
    [InlineData("/nosuch")]
    public async Task Get_WhatIsNotThere_Is404(string path)
    {
        // By hand, because HttpClient would tidy the path.
        var (status, body) = await Raw($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        Assert.Equal(404, status);
        Assert.NotEmpty(JsonNode.Parse(body)!["error"]!.GetValue<string>());
    }

    [Fact]
    public async Task Request_MethodThePathDoesNotTake_Is405()
    {
        foreach (var (method, path) in new[] { (HttpMethod.Post, "v1/state"), (HttpMethod.Get, "v1/inspect"), (HttpMethod.Delete, "v1/threshold"), (HttpMethod.Put, "v1/reload") })
        {
            var answer = await web.Http.SendAsync(new HttpRequestMessage(method, path));
            Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
            Assert.NotEmpty(await Error(answer));
        }
    }

    [Theory]
    [InlineData("v1/threshold", """{"station":"top","threshold":3}""")]
    [InlineData("v1/trigger", """{"station":"gate"}""")]
    [InlineData("v1/reload", "")]
    [InlineData("v1/golden", "")]
    public async Task Changes_WithoutTheToken_AreRefused(string path, string body)
    {
        var none = await web.Post(path, body, token: null);
        Assert.Equal(HttpStatusCode.Unauthorized, none.StatusCode);
        Assert.Contains("Authorization: Bearer", await Error(none));
        Assert.Equal("Bearer", none.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Equal(HttpStatusCode.Unauthorized, (await web.Post(path, body, token: WebLine.Token + "x")).StatusCode);
        Assert.Equal("bundle", web.Top.Model.ThresholdSource);
        Assert.Null(web.Line.Find("gate")!.State().Last);
    }

    [Fact]
    public async Task Changes_NoTokenFile_AreRefusedAndSayHowToAllowThem()
    {
        await using var closed = await WebLine.Start(token: false);

        var answer = await closed.Post("v1/threshold", """{"station":"top","threshold":3}""");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("web.token_file", await Error(answer));
        Assert.Equal(HttpStatusCode.OK, (await closed.Http.PostAsync("v1/inspect?station=top", new ByteArrayContent(File.ReadAllBytes(closed.Tiny.DefectPath)))).StatusCode);
    }

    [Fact]
    public async Task Pictures_BeyondLoopback_NeedTheToken()
    {
        await using var open = await WebLine.Start(listen: "0.0.0.0");
        var picture = File.ReadAllBytes(open.Tiny.DefectPath);

        Assert.Equal(HttpStatusCode.Unauthorized, (await open.Http.PostAsync("v1/inspect?station=top", new ByteArrayContent(picture))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await open.Http.PostAsync("v2/models/top/infer", new ByteArrayContent(picture))).StatusCode);
        open.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", WebLine.Token);
        Assert.Equal(HttpStatusCode.OK, (await open.Http.PostAsync("v1/inspect?station=top", new ByteArrayContent(picture))).StatusCode);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    public async Task Get_OfAnotherHostsName_IsRefusedOnLoopback(string host)
    {
        Assert.Equal(421, (await Raw($"GET /v1/state HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).Status);
        Assert.Equal(200, (await Raw("GET /v1/state HTTP/1.1\r\nHost: localhost:1\r\nConnection: close\r\n\r\n")).Status);
        Assert.Equal(200, (await Raw("GET /v1/state HTTP/1.1\r\nHost: [::1]\r\nConnection: close\r\n\r\n")).Status);
    }

    [Fact]
    public async Task Post_FromAnotherSitesPage_IsRefused()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "v1/inspect?station=top") { Content = new ByteArrayContent(File.ReadAllBytes(web.Tiny.DefectPath)) };
        request.Headers.Add("Sec-Fetch-Site", "cross-site");

        Assert.Equal(HttpStatusCode.Forbidden, (await web.Http.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task Answers_Carry_TheSecurityHeaders()
    {
        foreach (var path in new[] { "", "v1/state", "nosuch" })
        {
            var headers = (await web.Http.GetAsync(path)).Headers;
            Assert.Contains("default-src 'none'", headers.GetValues("Content-Security-Policy").Single());
            Assert.Equal("nosniff", headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("DENY", headers.GetValues("X-Frame-Options").Single());
            Assert.False(headers.Contains("Server"));
        }
        Assert.True((await web.Http.GetAsync("v1/state")).Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task Start_WithTls_ServesTheCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(web.Tiny.At("cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(web.Tiny.At("key.pem"), key.ExportPkcs8PrivateKeyPem());
        var config = new WebConfig { Port = 0, Tls = new WebTlsConfig { Certificate = web.Tiny.At("cert.pem"), Key = web.Tiny.At("key.pem") } };

        await using var server = await WebServer.Start(web.Line, web.Line.Live, config, NullLoggerFactory.Instance);

        string? seen = null;
        using var http = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, shown, _, _) => (seen = shown!.Thumbprint) is not null });
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(server.Address, "healthz"))).StatusCode);
        Assert.Equal(("https", certificate.Thumbprint), (server.Address.Scheme, seen));
        File.WriteAllText(web.Tiny.At("key.pem"), "not a key");
        Assert.Contains("key.pem", (await Assert.ThrowsAsync<ConfigException>(() => WebServer.Start(web.Line, web.Line.Live, config, NullLoggerFactory.Instance))).Message);
    }

    [Fact]
    public async Task Start_PortInUseOrNoToken_SaysWhich()
    {
        var taken = new WebConfig { Port = web.Address.Port };
        Assert.Contains($"{taken.Port}", (await Assert.ThrowsAsync<ConfigException>(() => WebServer.Start(web.Line, web.Line.Live, taken, NullLoggerFactory.Instance))).Message);

        var none = new WebConfig { Port = 0, TokenFile = web.Tiny.At("nosuch") };
        Assert.Contains("web.token_file", (await Assert.ThrowsAsync<ConfigException>(() => WebServer.Start(web.Line, web.Line.Live, none, NullLoggerFactory.Instance))).Message);
    }

    private async Task<(int Status, string Body)> Raw(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, web.Address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(client.GetStream());
        var answer = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20));
        return (int.Parse(answer.Split(' ')[1]), answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
    }

    private Task<HttpResponseMessage> PostPicture(string path, string query) => web.Http.PostAsync($"v1/inspect?{query}", new ByteArrayContent(File.ReadAllBytes(path)));

    private async Task<JsonNode> Json(string path) => JsonNode.Parse(await web.Http.GetStringAsync(path))!;

    private static async Task<JsonNode> Json(HttpResponseMessage answer)
    {
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    private static async Task<string> Error(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("error").GetString()!;
}
