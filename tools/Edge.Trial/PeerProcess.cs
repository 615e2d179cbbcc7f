using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Edge.Trial;

/// <summary>A program edge is tried with: killed, held and let go at will, and never left behind.</summary>
internal sealed partial class PeerProcess : IDisposable
{
    private readonly string program;
    private readonly string[] arguments;
    private readonly Dictionary<string, string> environment;
    private readonly string log;
    private Process? process;

    public PeerProcess(string log, string program, string[] arguments, Dictionary<string, string>? environment = null)
    {
        (this.log, this.program, this.arguments, this.environment) = (log, program, arguments, environment ?? []);
        Start();
    }

    public int Id => process!.Id;

    public bool IsRunning => process is { HasExited: false };

    public int ExitCode => process!.ExitCode;

    public void Start()
    {
        // Through the shell's exec, so that both streams go to one file and the process is the program itself.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" >>\"$TRIAL_LOG\" 2>&1", program, .. arguments]) { UseShellExecute = false };
        start.Environment["TRIAL_LOG"] = log;
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start.");
    }

    public void Signal(PosixSignalNumber signal)
    {
        if (IsRunning)
            Kill(Id, (int)signal);
    }

    /// <summary>Sends a signal and waits for the end.</summary>
    public async Task End(PosixSignalNumber signal, CancellationToken stop)
    {
        Signal(signal);
        await process!.WaitForExitAsync(stop).WaitAsync(TimeSpan.FromSeconds(60), stop);
    }

    public void Dispose()
    {
        Signal(PosixSignalNumber.Continue);
        Signal(PosixSignalNumber.Kill);
        process?.WaitForExit(5000);
        process?.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
