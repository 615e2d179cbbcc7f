using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Edge.Configuration;

/// <summary>An HTTP address that gets each result as JSON.</summary>
internal sealed record WebhookConfig
{
    [Description("http:// or https://."), Required]
    public string Url { get; init; } = "";

    [Description("all results or ng alone.")]
    public WebhookFilter Only { get; init; }

    [Description("File with the key of the HMAC-SHA256 signature in the header X-Edge-Signature."), FilePath]
    public string? SecretFile { get; init; }

    [Description("Results kept while the address does not answer; then the oldest are dropped, and counted."), Range(1, 1_000_000)]
    public int Buffer { get; init; } = 1000;

    [Description("Seconds one attempt may take."), Range(0.1, 600)]
    public double TimeoutSeconds { get; init; } = 10;
}
