using Edge.Runtime;
using System.Runtime.InteropServices;
using Edge.Testing;
using OpenCvSharp;

namespace Edge.Tests.Commands;

/// <summary>Folders and names as people hand them to <c>edge inspect</c> and <c>edge calibrate</c>.</summary>
public sealed partial class InspectPicturesTests : IDisposable
{
    private readonly TinyBundle tiny = new();
    private readonly EdgeProgram edge = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void Inspect_Folder_InspectsItsPicturesAndCountsTheOthers()
    {
        Put("mixed/a.png", "mixed/b.PNG", "mixed/.hidden.png", "mixed/._a.png");
        Write("mixed/Thumbs.db", "mixed/x.webp", "mixed/y.webp", "mixed/z.pdf", "mixed/LICENSE");

        Assert.Equal(0, Inspect(tiny.At("mixed")));

        Assert.StartsWith($"{tiny.At("mixed")}: 4 files are not read: 2 .webp, 1 .pdf, 1 without an ending.", edge.Error);
        Assert.EndsWith("2 OK, 0 NG, 0 unreadable", edge.Error.Trim());
    }

    [Fact]
    public void Inspect_FolderOfFolders_PointsAtThem()
    {
        Put("deep/monday/a.png", "deep/tuesday/late/b.png", "deep/.trash/c.png", "deep/__MACOSX/d.png");

        Assert.Equal(2, Inspect(tiny.At("deep")));

        Assert.Contains("in its folders monday, tuesday.", edge.Error);
        Assert.Equal(2, edge.Run("calibrate", "--bundle", tiny.Folder, "--data", tiny.At("deep"), "--device", "cpu"));
        Assert.Contains("in its folders monday, tuesday.", edge.Error);
    }

    [Fact]
    public void Inspect_NameWithAnAtSign_IsAFile()
    {
        Put("@part.png");
        Assert.Equal(2, Inspect("@no-such-part.png"));
        Assert.Contains("@no-such-part.png: no such file", edge.Error);
        Assert.Equal(0, Inspect(tiny.At("@part.png")));
    }

    [Fact]
    public async Task Inspect_Fifo_IsRefusedWithoutWaiting()
    {
        Assert.Equal(0, MakeFifo(tiny.At("pipe.png"), 0x180));

        var run = Task.Run(() => Inspect(tiny.At("pipe.png"), "/dev/zero"));

        Assert.Equal(2, await run.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal(2, edge.Error.Split("a pipe, socket or device").Length - 1);
    }

    [Fact]
    public void Inspect_NameThatIsNotUtf8_IsNamedWithItsBytes()
    {
        Directory.CreateDirectory(tiny.At("latin"));
        byte[] name = [.. System.Text.Encoding.UTF8.GetBytes(tiny.At("latin/m")), 0xFC, .. "ll.png\0"u8];
        var file = CreateFile(name, 0x1A4);
        Assert.True(file >= 0);
        _ = CloseFile(file);

        Assert.Equal(2, Inspect(tiny.At("latin")));
        // .NET cannot delete what it cannot name.
        Assert.Equal(0, RemoveFile(name));

        Assert.Contains(@"m\xFCll.png: its name is not UTF-8", edge.Error);
    }

    [Fact]
    public void Inspect_Depth_ReadsSixteenBitFilesWithIt()
    {
        using var picture = Edge.Runtime.PictureFile.Read(tiny.NormalPaths[0]);
        ushort[] twelve = [.. picture.Pixels.ToArray().Select(value => (ushort)(value << 4 | value >> 4))];
        File.WriteAllBytes(tiny.At("twelve.png"), TestPictures.Encode(".png", twelve, picture.Width, picture.Height, MatType.CV_16UC1));
        Assert.Equal(0, Inspect(tiny.NormalPaths[0], "--json"));
        var score = edge.Rows[0].GetProperty("score").GetDouble();

        Assert.Equal(0, Inspect(tiny.At("twelve.png"), "--depth", "12", "--json"));

        Assert.Equal(score, edge.Rows[0].GetProperty("score").GetDouble(), 0.01 * score);
        Assert.Equal(2, Inspect(tiny.At("twelve.png"), "--depth", "17"));
        Assert.Equal(2, Inspect(tiny.At("twelve.png"), "--depth", "8"));
    }

    [Fact]
    public void Calibrate_SeveralBadFiles_NamesThemAll()
    {
        Put("good/a.png", "good/b.png");
        Write("good/bad1.png", "good/bad2.jpg");
        tiny.Picture("good/small.png", 1, side: 8);

        Assert.Equal(2, edge.Run("calibrate", "--bundle", tiny.Folder, "--data", tiny.At("good"), "--device", "cpu"));

        Assert.Contains("bad1.png: ", edge.Error);
        Assert.Contains("bad2.jpg: ", edge.Error);
        Assert.Contains("small.png: 8x8 pixels is too small", edge.Error);
    }

    private int Inspect(params string[] arguments) => edge.Run(["inspect", .. arguments, "--bundle", tiny.Folder, "--device", "cpu"]);

    private void Put(params string[] names)
    {
        foreach (var name in names)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(tiny.At(name))!);
            File.Copy(tiny.NormalPaths[0], tiny.At(name));
        }
    }

    private void Write(params string[] names)
    {
        foreach (var name in names)
            File.WriteAllText(tiny.At(name), "This is no picture.");
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeFifo(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "creat")]
    private static partial int CreateFile(byte[] path, uint mode);

    [LibraryImport("libc", EntryPoint = "unlink")]
    private static partial int RemoveFile(byte[] path);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseFile(int file);
}
