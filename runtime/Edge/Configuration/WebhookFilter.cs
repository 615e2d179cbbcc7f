namespace Edge.Configuration;

/// <summary>Which results a webhook gets.</summary>
internal enum WebhookFilter
{
    All,
    Ng,
}
