using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Edge.Configuration;

/// <summary>The certificate the HTTP side shows.</summary>
internal sealed record WebTlsConfig
{
    [Description("Certificate, PEM."), Required, FilePath]
    public string Certificate { get; init; } = "";

    [Description("Its key, PEM."), Required, FilePath]
    public string Key { get; init; } = "";
}
