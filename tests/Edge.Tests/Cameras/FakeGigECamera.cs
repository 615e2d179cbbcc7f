namespace Edge.Tests.Cameras;

/// <summary>Aravis' fake GigE Vision camera on the loopback device. There can be only one at a time on a machine: its port is fixed.</summary>
internal sealed class FakeGigECamera : IDisposable
{
    private readonly FileStream alone;
    private readonly string serial = $"EDGE{Environment.ProcessId}";
    private Child? child;

    public FakeGigECamera()
    {
        var path = Path.Combine(Path.GetTempPath(), "edge-tests-gige.lock");
        for (var deadline = DateTime.UtcNow.AddSeconds(60); ; Thread.Sleep(50))
            try
            {
                alone = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                break;
            }
            catch (IOException) when (DateTime.UtcNow < deadline)
            {
                // Another test run has it.
            }
        PlugIn();
    }

    public string Id => $"Aravis-Fake-{serial}";

    public void PlugIn() => child = new Child("arv-fake-gv-camera-0.8", "-i", "127.0.0.1", "-s", serial);

    public void Unplug()
    {
        child?.Dispose();
        child = null;
    }

    public void Dispose()
    {
        Unplug();
        alone.Dispose();
    }
}
