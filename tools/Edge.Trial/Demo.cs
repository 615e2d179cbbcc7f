namespace Edge.Trial;

/// <summary>A line to look at, without a camera.</summary>
internal static class Demo
{
    public static async Task Run(TextWriter output, double hertz, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("edge-demo-").FullName;
        using var server = new StreamServer(Directory.EnumerateFiles(Box.Samples, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal), hertz);
        using var box = new Box(folder, $"camera: {{ stream: {{ url: '{server.Url}' }} }}\nprofile: t1");
        await Box.Until("ready", async () => (await box.Readiness()).Ready, TimeSpan.FromSeconds(60));
        output.WriteLine($"http://127.0.0.1:{box.Web}/ (the token for changes is 'trial'; log and results in {folder})");
        try
        {
            await Task.Delay(Timeout.Infinite, stop);
        }
        catch (OperationCanceledException)
        {
            await box.Process.End(PosixSignalNumber.Terminate, CancellationToken.None);
        }
    }
}
