using System.Diagnostics;

namespace Edge.Tests.Cameras;

/// <summary>A program that runs beside a test and is killed with it.</summary>
internal sealed class Child : IDisposable
{
    private readonly Process process;

    public Child(string program, params string[] arguments)
    {
        process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true })!;
        // Nobody reads what it says, but a full pipe would stop it.
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Runs ffmpeg to its end.</summary>
    public static void Ffmpeg(params string[] arguments)
    {
        using var child = new Child("ffmpeg", ["-hide_banner", "-loglevel", "error", "-y", .. arguments]);
        Assert.True(child.process.WaitForExit(20_000), "ffmpeg did not end");
        Assert.Equal(0, child.process.ExitCode);
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.WaitForExit(5000);
        process.Dispose();
    }
}
