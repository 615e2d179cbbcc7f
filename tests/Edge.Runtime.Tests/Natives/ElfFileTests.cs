using Edge.Runtime.Natives;
using Edge.Testing;

namespace Edge.Runtime.Tests.Natives;

public sealed class ElfFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Library => folder.File("library.so");

    [Fact]
    public void Read_StrongAndWeakNeeds_WeakOnesAreNotNeeded()
    {
        HandmadeElf.Write(Library, ["GLIBCXX_3.4.21", "CXXABI_1.3"], ["GLIBCXX_3.4.32"], ["OWN_1", "OWN_2"]);

        var elf = ElfFile.Read(Library);

        Assert.Equal(["GLIBCXX_3.4.21", "CXXABI_1.3"], elf.Needed);
        Assert.Equal(["OWN_1", "OWN_2"], elf.Offered);
    }

    [Fact]
    public void Read_OnnxRuntimeItself_NeedsTheSystemsLibrariesAndOffersItsApi()
    {
        var elf = ElfFile.Read(Edge.Runtime.Inference.OnnxRuntimeLibrary.Location);

        Assert.Contains("GLIBC_2.2.5", elf.Needed);
        Assert.Contains("GLIBCXX_3.4", elf.Needed);
        Assert.Contains(elf.Offered, version => version.StartsWith("VERS_1.", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_CutShort_SaysSo()
    {
        HandmadeElf.Write(Library, ["GLIBCXX_3.4.21"], [], ["OWN_1"]);
        var bytes = File.ReadAllBytes(Library);
        foreach (var length in (int[])[0, 3, 10, 0x30, 100, bytes.Length / 2, bytes.Length - 20])
        {
            File.WriteAllBytes(Library, bytes[..length]);
            Assert.Contains(Library, Assert.Throws<InvalidDataException>(() => ElfFile.Read(Library)).Message);
        }
    }

    [Fact]
    public void Read_Text_SaysSo()
    {
        File.WriteAllText(Library, "A text that is long enough to hold the head of a library.");
        Assert.Contains("does not begin as", Assert.Throws<InvalidDataException>(() => ElfFile.Read(Library)).Message);
    }

    public void Dispose() => folder.Dispose();
}
