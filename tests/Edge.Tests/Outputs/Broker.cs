using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;

namespace Edge.Tests.Outputs;

/// <summary>A Mosquitto broker on loopback.</summary>
internal sealed class Broker : IDisposable
{
    private readonly string folder;
    private readonly string configuration;
    private Process? process;

    /// <param name="folder">Where its configuration goes.</param>
    /// <param name="lines">What its listener needs beside the port; none lets everybody in.</param>
    public Broker(string folder, params string[] lines)
    {
        this.folder = folder;
        configuration = Path.Combine(folder, $"mosquitto-{Port}.conf");
        // As root it would become another user, who cannot read the test's files.
        File.WriteAllLines(configuration,
            ["persistence false", "log_type all", "log_dest stderr", $"user {Environment.UserName}", $"listener {Port} 127.0.0.1", .. lines is [] ? ["allow_anonymous true"] : lines]);
        Start();
    }

    public int Port { get; } = Loopback.FreePort();

    /// <summary>What the broker says it saw.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    public void Start()
    {
        var program = File.Exists("/usr/sbin/mosquitto") ? "/usr/sbin/mosquitto" : "mosquitto";
        process = Process.Start(new ProcessStartInfo(program, ["-c", configuration])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder,
        })!;
        process.OutputDataReceived += (_, e) => Log.Enqueue(e.Data ?? "");
        process.ErrorDataReceived += (_, e) => Log.Enqueue(e.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var clock = Stopwatch.StartNew();
        while (!Answers())
        {
            Assert.False(process.HasExited || clock.Elapsed > TestOutputs.Limit, $"the broker does not start: {string.Join('\n', Log)}");
            Thread.Sleep(20);
        }
    }

    /// <summary>Waits until the broker has said a line with these words.</summary>
    public Task Says(params string[] words) => Wait.Until(() => Log.Any(line => words.All(line.Contains)), () => $"'{string.Join("' and '", words)}' in:\n{string.Join('\n', Log)}");

    /// <summary>Ends it without a chance to say or save anything.</summary>
    public void Kill()
    {
        process!.Kill();
        process.WaitForExit();
        process.Dispose();
        process = null;
    }

    public void Dispose()
    {
        if (process is not null)
            Kill();
    }

    private bool Answers()
    {
        try
        {
            using var socket = new TcpClient("127.0.0.1", Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
