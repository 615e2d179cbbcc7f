using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Edge.Configuration;
using Edge.Runtime;
using Edge.Service;

namespace Edge.Outputs;

/// <summary>
/// Results to an HTTP address, as JSON by POST, in order. X-Edge-Id (box/inspection) tells repetitions, which come when an answer was lost.
/// X-Edge-Signature is sha256= and the HMAC-SHA256, in hex, of X-Edge-Timestamp (Unix seconds of the attempt), a dot and the body.
/// No connection, 408, 429 and 5xx are tried again; any other refusal drops the result, which is counted.
/// </summary>
internal sealed class WebhookOutput : QueuedOutput
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    /// <summary>A receiver that wants to be left alone for longer is not believed.</summary>
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(10);

    private readonly WebhookConfig config;
    private readonly Uri url;
    private readonly byte[]? key;
    private readonly HttpClient http;

    /// <exception cref="ConfigException">The secret cannot be read.</exception>
    public WebhookOutput(WebhookConfig config, string name, OutputContext context)
        : base(name, config.Buffer, LongestPause, context)
    {
        (this.config, url) = (config, new Uri(config.Url));
        key = config.SecretFile is { } file ? Encoding.UTF8.GetBytes(SecretFile.Read(file, "outputs.webhooks.secret_file")) : null;
        // A redirected POST becomes a GET without the result; and names must be looked up again now and then.
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = TimeSpan.FromSeconds(config.TimeoutSeconds),
        };
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        http.Dispose();
    }

    protected override bool Wants(PartResult result) => config.Only == WebhookFilter.All || result.Verdict == ResultVerdict.Ng;

    protected override async Task<Attempt> Try(PartResult result, CancellationToken stop)
    {
        // Not all of the address: its query may hold a token.
        var place = $"{url.Scheme}://{url.Authority}";
        try
        {
            using var request = Request(result);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            if (response.IsSuccessStatusCode)
                return new Attempt();
            var again = response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)response.StatusCode >= 500;
            return new Attempt($"{place} answers {(int)response.StatusCode} {response.ReasonPhrase}", Final: !again, RetryAfter(response.Headers.RetryAfter));
        }
        catch (HttpRequestException e)
        {
            return new Attempt($"{place}: {(e.InnerException ?? e).Message.ReplaceLineEndings(" ")}");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new Attempt($"{place} gives no answer within {config.TimeoutSeconds} s");
        }
    }

    private HttpRequestMessage Request(PartResult result)
    {
        var body = ResultJson.Bytes(result);
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var timestamp = Context.Time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        request.Headers.Add("X-Edge-Id", string.Create(CultureInfo.InvariantCulture, $"{result.Box}/{result.Id}"));
        request.Headers.Add("X-Edge-Timestamp", timestamp);
        if (key is not null)
            request.Headers.Add("X-Edge-Signature", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(key, Signed(timestamp, body))));
        return request;
    }

    private static byte[] Signed(string timestamp, byte[] body) => [.. Encoding.ASCII.GetBytes(timestamp), (byte)'.', .. body];

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header) =>
        (header?.Delta ?? header?.Date - Context.Time.GetUtcNow()) is { } wanted ? wanted < LongestRetryAfter ? wanted : LongestRetryAfter : null;
}
