using System.Runtime.InteropServices;
using Edge.Runtime.Natives;
using Edge.Testing;

namespace Edge.Runtime.Tests.Natives;

public sealed class NativeLibrariesTests : IDisposable
{
    private const string Variable = "EDGE_TEST_NATIVES";

    private readonly TemporaryFolder folder = new();

    private string Library => folder.File("libonnxruntime.so");

    [Fact]
    public void Find_NoVariable_TakesTheProgramsOwn()
    {
        var found = NativeLibraries.Find(Variable, "libonnxruntime.so");
        Assert.Contains(Path.GetDirectoryName(found), NativeLibraries.Folders);
    }

    [Fact]
    public void Find_NamedFolder_TakesTheLibraryThere()
    {
        Environment.SetEnvironmentVariable(Variable, folder.Path);
        File.WriteAllText(Library, "");
        Assert.Equal(Library, NativeLibraries.Find(Variable, "libother.so", "libonnxruntime.so"));
    }

    [Fact]
    public void Find_NamedFolderWithoutTheLibrary_DoesNotTakeTheProgramsOwn()
    {
        Environment.SetEnvironmentVariable(Variable, folder.Path);
        var fault = Assert.Throws<DeviceException>(() => NativeLibraries.Find(Variable, "libonnxruntime.so"));
        Assert.Equal($"{Variable} names the folder '{folder.Path}', which holds no libonnxruntime.so.", fault.Message);
    }

    [Fact]
    public void Find_NamedFolderThatIsNone_SaysSo()
    {
        Environment.SetEnvironmentVariable(Variable, "/nowhere");
        Assert.Equal($"{Variable} names the folder '/nowhere', which does not exist.", Assert.Throws<DeviceException>(() => NativeLibraries.Find(Variable, "libonnxruntime.so")).Message);
    }

    [Fact]
    public void Find_MissingBesideTheProgram_NamesTheVariable() =>
        Assert.Matches($"^libnone.so is missing from .*: install Edge again, or .* in {Variable}.$", Assert.Throws<DeviceException>(() => NativeLibraries.Find(Variable, "libnone.so")).Message);

    [Fact]
    public void Load_Text_GivesTheLoadersOwnError()
    {
        File.WriteAllText(Library, new string('x', 10_000));
        var fault = Assert.Throws<DeviceException>(() => NativeLibraries.Load(Library, "Advice."));
        Assert.Equal($"{Library} does not load: invalid ELF header.", fault.Message);
    }

    [Fact]
    public void TryLoad_NotInstalled_GivesTheLoadersOwnError()
    {
        Assert.False(NativeLibraries.TryLoad("libnone.so.1", out _, out var reason));
        Assert.Equal("libnone.so.1: cannot open shared object file: No such file or directory", reason);
    }

    [Fact]
    public void SetUnsetEnvironment_SetAlready_Stays()
    {
        NativeLibraries.SetUnsetEnvironment("EDGE_TEST_UNSET", "first");
        NativeLibraries.SetUnsetEnvironment("EDGE_TEST_UNSET", "second");

        Assert.Equal("first", Marshal.PtrToStringUTF8(GetEnvironment("EDGE_TEST_UNSET")));
    }

    // .NET's own copy of the environment is not what a native library sees.
    [DllImport("libc", EntryPoint = "getenv")]
    private static extern nint GetEnvironment([MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, null);
        folder.Dispose();
    }
}
