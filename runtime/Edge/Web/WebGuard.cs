using System.Net;
using System.Security.Cryptography;
using System.Text;
using Edge.Configuration;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Edge.Web;

/// <summary>Who may do what: reading is open to whoever reaches the address, changing needs the token, and nothing is for other sites' pages.</summary>
internal sealed class WebGuard
{
    private readonly bool loopback;
    private readonly byte[]? tokenHash;
    private readonly ILogger log;

    /// <exception cref="ConfigException">The token cannot be read.</exception>
    public WebGuard(WebConfig config, ILogger log)
    {
        (loopback, this.log) = (IPAddress.IsLoopback(IPAddress.Parse(config.Listen)), log);
        if (config.TokenFile is { } file)
            tokenHash = Hash(SecretFile.Read(file, "web.token_file"));
    }

    /// <summary>Whether there is a token that allows changes.</summary>
    public bool AllowsChanges => tokenHash is not null;

    public static void SetHeaders(IHeaderDictionary headers)
    {
        // The page has no inline script or style and asks nobody but this box.
        headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
    }

    /// <exception cref="WebException">The request is not allowed.</exception>
    public void Check(HttpContext context)
    {
        var request = context.Request;
        // A page elsewhere whose name was made to point to 127.0.0.1 (DNS rebinding) gives itself away by that name.
        if (loopback && !IsLoopbackName(request.Host.Host))
            throw new WebException(StatusCodes.Status421MisdirectedRequest, $"Host is '{request.Host.Host}', but web.listen is the loopback device's: use localhost, or listen on an address of the network.");
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || context.GetEndpoint() is not RouteEndpoint endpoint)
            return;
        if (request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin" or "none"))
            throw new WebException(StatusCodes.Status403Forbidden, "A page of another site may not send this.");
        var isPicture = endpoint.Metadata.GetMetadata<TakesPictures>() is not null;
        if (isPicture && loopback)
            return;
        if (tokenHash is null)
            throw new WebException(StatusCodes.Status403Forbidden,
                "Changes by HTTP are off: write a token into a file, name it in web.token_file of the configuration and restart the service.");
        var header = request.Headers.Authorization.ToString();
        var given = header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header["Bearer ".Length..].Trim() : "";
        // Hashes have one length, so the time says nothing about the token.
        if (given.Length > 0 && CryptographicOperations.FixedTimeEquals(Hash(given), tokenHash))
            return;
        if (given.Length > 0)
            log.LogWarning("A wrong token came from {Address} for {Path}", context.Connection.RemoteIpAddress, request.Path);
        context.Response.Headers.WWWAuthenticate = "Bearer";
        throw new WebException(StatusCodes.Status401Unauthorized, given.Length > 0
            ? "The token is not the one in web.token_file."
            : "This needs the token of web.token_file, as Authorization: Bearer TOKEN.");
    }

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
