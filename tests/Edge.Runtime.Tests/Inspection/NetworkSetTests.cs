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
        tiny.AddPlanes();
        var bundle = Bundle.Load(tiny.Folder);
        using var set = new NetworkSet(bundle.Folder, bundle.Manifest.Network, TinyBundle.Cpu);
        using var networks = set.Use();
        ProfileKey[] profiles = ["levels", "rebuild", "levels:int8", "planes"];
        Open(networks);
        foreach (var file in Directory.GetFiles(tiny.Folder, "*.onnx", SearchOption.AllDirectories))
            File.Delete(file);

        using var another = set.Use();
        Open(networks);
        Open(another);

        void Open(NetworkUse use)
        {
            foreach (var key in profiles)
                foreach (var reading in bundle.Profile(key).Readings)
                    use.Source(reading, bundle.Profile(key), key.Precision);
        }
    }
}
