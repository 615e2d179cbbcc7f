namespace Edge.Configuration;

/// <summary>A stream's address as it may be shown: no user, no password, and nothing of its query, which often holds both.</summary>
internal static class CameraAddress
{
    public static string Shown(string url)
    {
        if (Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Host.Length > 0)
            return address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) + (address.Query.Length > 1 ? "?..." : "");
        // No address; all the more may a slip of the pen have left a password in it.
        return url.AsSpan().IndexOfAny("@?#") < 0 ? url : "...";
    }
}
