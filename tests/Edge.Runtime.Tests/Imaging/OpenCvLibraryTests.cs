using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Edge.Runtime.Imaging;
using Edge.Runtime.Natives;

namespace Edge.Runtime.Tests.Imaging;

public sealed class OpenCvLibraryTests
{
    [Fact]
    public void Description_HostWithItsOwnResolver_UsesTheHostsLibrary()
    {
        // A context of its own has its own OpenCvSharp, whose resolver nobody has set yet.
        var host = new Host();
        var openCv = host.LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, "OpenCvSharp.dll"));
        var path = NativeLibraries.Find(OpenCvLibrary.FolderVariable, "libOpenCvSharpExtern.so");
        var asked = 0;
        NativeLibrary.SetDllImportResolver(openCv, (name, _, _) => name == "OpenCvSharpExtern" && ++asked > 0 ? NativeLibrary.Load(path) : 0);
        var edge = host.LoadFromAssemblyPath(typeof(OpenCvLibrary).Assembly.Location);

        var description = (string)edge.GetType(typeof(OpenCvLibrary).FullName!)!.GetProperty(nameof(OpenCvLibrary.Description))!.GetValue(null)!;

        Assert.StartsWith("OpenCV 4.", description);
        Assert.EndsWith("(the library that the host program has chosen)", description);
        Assert.True(asked > 0);
    }

    private sealed class Host() : AssemblyLoadContext("host")
    {
        protected override Assembly? Load(AssemblyName name) =>
            name.Name == "OpenCvSharp" ? LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, "OpenCvSharp.dll")) : null;
    }
}
