using System.Reflection;

namespace Edge.Training.Tests;

public sealed class WeakVersionNeedTests
{
    private const string Library = "runtimes/linux-x64/native/libLibTorchSharp.so";

    /// <summary>Where this fails because no byte differs, TorchSharp no longer needs GLIBCXX_3.4.32: delete WeakVersionNeed.targets and this test.</summary>
    [Fact]
    public void OutputFolder_NativeLibraryOfTorchSharp_DiffersFromThePackageInOneFlagAlone()
    {
        var package = typeof(WeakVersionNeedTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "TorchSharpPackage").Value!;
        var (published, used) = (File.ReadAllBytes(Path.Combine(package, Library)), File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, Library)));

        Assert.Equal(published.Length, used.Length);
        var changed = Enumerable.Range(0, used.Length).Where(i => published[i] != used[i]).ToArray();
        Assert.Single(changed);
        // VER_FLG_WEAK, in a field that was empty.
        Assert.Equal(0, published[changed[0]]);
        Assert.Equal(2, used[changed[0]]);
    }
}
