namespace Edge.Runtime.Tests.Inference;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("edge-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
