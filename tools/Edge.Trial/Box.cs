using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Edge.Trial;

/// <summary>edge as a service with a folder of its own: configuration, state, results.</summary>
internal sealed class Box : IDisposable
{
    public static readonly string Root = RepositoryRoot();
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly Dictionary<string, string> environment;

    /// <param name="folder">The box's folder; must exist.</param>
    /// <param name="station">YAML lines of the one station, from its camera on.</param>
    /// <param name="outputs">YAML lines of the outputs besides Modbus and JSON lines.</param>
    /// <param name="more">YAML lines at the top level.</param>
    /// <param name="environment">Variables of the process.</param>
    public Box(string folder, string station, string outputs = "", string more = "", Dictionary<string, string>? environment = null)
    {
        Folder = folder;
        this.environment = environment ?? [];
        (Web, Modbus) = (FreePort(), FreePort());
        Bundle = Path.Combine(folder, "bundle");
        CopyFolder(Path.Combine(Root, "models", "brick"), Bundle);
        File.WriteAllText(Path.Combine(folder, "token"), "trial\n");
        File.WriteAllText(ConfigPath, $"""
            version: 1
            name: trial
            state: {folder}/state
            stations:
              - name: top
                bundle: {Bundle}
            {Indent(station, 4)}
            outputs:
              json_lines: {"{"} path: {Results} {"}"}
              modbus: {"{"} port: {Modbus}, ack_timeout_ms: 2000 {"}"}
            {Indent(outputs, 2)}
            web: {"{"} port: {Web}, token_file: token {"}"}
            {more}
            """);
        http.DefaultRequestHeaders.Authorization = new("Bearer", "trial");
        Process = Launch();
    }

    public string Folder { get; }

    public string Bundle { get; }

    public int Web { get; }

    public int Modbus { get; }

    public string ConfigPath => Path.Combine(Folder, "edge.yaml");

    public string Results => Path.Combine(Folder, "results.jsonl");

    public string Log => Path.Combine(Folder, "edge.log");

    public PeerProcess Process { get; private set; }

    public static string Samples => Path.Combine(Root, "models", "brick", "samples", "test");

    public void Restart()
    {
        Process.Dispose();
        Process = Launch();
    }

    /// <summary>Why it is not ready and what it warns of; "does not answer" where it does not.</summary>
    public async Task<(bool Ready, string Words)> Readiness()
    {
        try
        {
            var answer = await http.GetAsync($"http://127.0.0.1:{Web}/readyz");
            var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            string[] words = [.. body["reasons"]!.AsArray().Concat(body["warnings"]!.AsArray()).Select(node => node!.GetValue<string>())];
            return (answer.StatusCode == HttpStatusCode.OK, string.Join("; ", words));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return (false, "does not answer");
        }
    }

    public async Task<JsonNode> State() => JsonNode.Parse(await http.GetStringAsync($"http://127.0.0.1:{Web}/v1/state"))!;

    public Task<string> Get(string path) => http.GetStringAsync($"http://127.0.0.1:{Web}{path}");

    public Task<HttpResponseMessage> Post(string path, HttpContent content, CancellationToken stop) =>
        http.PostAsync($"http://127.0.0.1:{Web}{path}", content, stop);

    /// <summary>The value of a metric, added up over its labels.</summary>
    public async Task<double> Metric(string name)
    {
        var text = await Get("/metrics");
        return text.Split('\n').Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) || line.StartsWith(name + " ", StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Waits until a condition holds and says how long that took.</summary>
    public static async Task<double> Until(string what, Func<Task<bool>> condition, TimeSpan patience)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start) > patience)
                throw new TimeoutException($"waited {patience.TotalSeconds:0} s in vain for {what}");
            await Task.Delay(50);
        }
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Inspection numbers of the result lines; a broken line throws.</summary>
    public List<JsonNode> ResultLines() => [.. Directory.GetFiles(Folder, "results.jsonl*").SelectMany(File.ReadLines).Where(line => line.Length > 0).Select(line => JsonNode.Parse(line)!)];

    public void Dispose()
    {
        Process.Dispose();
        http.Dispose();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }

    private PeerProcess Launch()
    {
        var edge = Path.Combine(Root, ".artifacts", "bin", "Edge", "release", "edge.dll");
        return new PeerProcess(Log, "dotnet", [edge, "run", "--config", ConfigPath], environment);
    }

    private static string Indent(string text, int spaces) => string.Join('\n', text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => new string(' ', spaces) + line));

    private static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Edge.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("Edge.sln: run this from a checkout.");
        return folder;
    }
}
