namespace Edge.Tests.Outputs;

/// <summary>Certificates for a broker and its clients, made by openssl.</summary>
internal sealed class TestCertificates(string folder)
{
    /// <summary>Makes a certificate authority; NAME.crt and NAME.key.</summary>
    public void Authority(string name) => OpenSsl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", $"/CN={name}",
        "-addext", "keyUsage=critical,keyCertSign", "-keyout", At(name + ".key"), "-out", At(name + ".crt"));

    /// <summary>Makes a certificate from an authority; NAME.crt and NAME.key.</summary>
    /// <param name="authority">Who signs.</param>
    /// <param name="name">Whose it is.</param>
    /// <param name="place">What it is for, as IP:127.0.0.1.</param>
    /// <param name="isAuthority">Whether it may sign others.</param>
    /// <param name="days">From now to its end; negative for one that has expired.</param>
    public void Issue(string authority, string name, string place, bool isAuthority = false, int days = 2)
    {
        OpenSsl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", $"/CN={name}", "-keyout", At(name + ".key"), "-out", At(name + ".csr"));
        var rights = isAuthority ? "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n" : "";
        File.WriteAllText(At(name + ".ext"), $"subjectAltName={place}\n{rights}");
        OpenSsl("x509", "-req", "-in", At(name + ".csr"), "-CA", At(authority + ".crt"), "-CAkey", At(authority + ".key"), "-CAcreateserial", "-days", $"{days}",
            "-extfile", At(name + ".ext"), "-out", At(name + ".crt"));
    }

    /// <summary>What a broker's listener needs to show a certificate.</summary>
    public string[] Listener(string name) => [$"certfile {At(name + ".crt")}", $"keyfile {At(name + ".key")}"];

    public string At(string name) => Path.Combine(folder, name);

    private static void OpenSsl(params string[] args) => Assert.Null(Tool.Run("openssl", args));
}
