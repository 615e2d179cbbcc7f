using Edge.Runtime.Bundles;
using Edge.Runtime.Inspection;
using Edge.Testing;

namespace Edge.Runtime.Tests.Inspection;

public sealed class NetworkSetTests : IDisposable
{
    private readonly TinyBundle tiny = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void Source_AskedForAgain_OpensNoFileAgain()
    {
        tiny.AddInt8();
        var bundle = Bundle.Load(tiny.Folder);
        using var set = new NetworkSet(bundle.Folder, bundle.Manifest.Network, TinyBundle.Cpu);
        using var networks = set.Use();
        string[] profiles = ["levels", "rebuild", "levels-int8"];
        foreach (var name in profiles)
            networks.Source(bundle.Profile(name).Readings[0], bundle.Profile(name));
        foreach (var file in Directory.GetFiles(tiny.Folder, "*.onnx", SearchOption.AllDirectories))
            File.Delete(file);

        using var another = set.Use();
        foreach (var name in profiles)
        {
            networks.Source(bundle.Profile(name).Readings[0], bundle.Profile(name));
            another.Source(bundle.Profile(name).Readings[0], bundle.Profile(name));
        }
    }
}
