using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Edge.Configuration;
using MQTTnet.Channel;

namespace Edge.Outputs;

/// <summary>
/// Connects to a broker by TLS. MQTTnet's own TLS sends a client certificate without its intermediates and does not say what is wrong with
/// the broker's. The files are read at every connection, so that a renewed certificate needs no restart.
/// </summary>
internal sealed class MqttTls : IMqttClientStreamProvider
{
    private readonly MqttTlsConfig config;
    private readonly string host;

    /// <param name="config">The files.</param>
    /// <param name="host">The name or address that the broker's certificate must be for.</param>
    /// <exception cref="ConfigException">A file cannot be used.</exception>
    public MqttTls(MqttTlsConfig config, string host)
    {
        (this.config, this.host) = (config, host);
        _ = Options();
    }

    /// <exception cref="AuthenticationException">The broker's certificate is refused; the message says why.</exception>
    public async Task<Stream> ConnectAsync(EndPoint broker, CancellationToken stop)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(broker, stop);
            var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await stream.AuthenticateAsClientAsync(Options(), stop);
            return stream;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private SslClientAuthenticationOptions Options()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        Use(config.Ca, "ca", path => policy.CustomTrustStore.ImportFromPemFile(path));
        if (policy.CustomTrustStore.Count == 0)
            throw new ConfigException($"{config.Ca}: holds no PEM certificate, but outputs.mqtt.tls.ca names it.");
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = host, CertificateChainPolicy = policy, RemoteCertificateValidationCallback = Check,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        };
        if (config is { Certificate: { } certificate, Key: { } key })
        {
            X509Certificate2Collection chain = [];
            Use(certificate, "certificate", chain.ImportFromPemFile);
            Use(key, "key", path => options.ClientCertificateContext =
                SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(certificate, path), chain, offline: true));
        }
        return options;
    }

    private static void Use(string path, string key, Action<string> load)
    {
        SecretFile.Read(path, $"outputs.mqtt.tls.{key}");
        try
        {
            load(path);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new ConfigException($"{path}: cannot be used as outputs.mqtt.tls.{key} ({e.Message.ReplaceLineEndings(" ")}).", e);
        }
    }

    private bool Check(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        if (certificate is not X509Certificate2 shown)
            throw new AuthenticationException("the broker shows no certificate");
        List<string> faults = [];
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            faults.Add($"it is for {Names(shown)}, not for {host}");
        foreach (var element in chain?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            foreach (var status in element.ChainElementStatus)
                faults.Add(Words(element.Certificate, status));
        throw new AuthenticationException($"the broker's certificate is refused: {string.Join("; ", faults.Distinct())}");
    }

    private string Words(X509Certificate2 certificate, X509ChainStatus status) => status.Status switch
    {
        X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain => $"its issuer {certificate.Issuer} is not in {config.Ca}",
        X509ChainStatusFlags.NotTimeValid => $"{certificate.Subject} is valid from {certificate.NotBefore:yyyy-MM-dd} to "
            + $"{certificate.NotAfter:yyyy-MM-dd}, and this box's clock says {DateTime.Now:yyyy-MM-dd}",
        _ => $"{certificate.Subject}: {status.StatusInformation}",
    };

    private static string Names(X509Certificate2 certificate)
    {
        var extensions = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().ToList();
        string[] names =
        [
            .. extensions.SelectMany(extension => extension.EnumerateDnsNames()),
            .. extensions.SelectMany(extension => extension.EnumerateIPAddresses()).Select(address => address.ToString()),
        ];
        return names.Length == 0 ? certificate.Subject : string.Join(", ", names);
    }
}
