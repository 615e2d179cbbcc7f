using Edge.Cameras;
using Edge.Configuration;
using Edge.Testing;

namespace Edge.Tests.Cameras;

public sealed class FolderCameraTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string incoming;

    public FolderCameraTests()
    {
        incoming = Path.Combine(folder.Path, "in");
        Directory.CreateDirectory(incoming);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Folder_FillsWhileFilesAreHalfWritten_GivesEachOnceAndWhole()
    {
        Write("b.png", 2);
        Write("a.png", 1);
        using var camera = Watch(new FolderConfig { SettleMs = 100 });
        camera.Until(() => camera.Count == 2, "the files of the start");
        Assert.Equal(["a.png", "b.png"], camera.Pictures.Select(picture => picture.PartId));

        var whole = Png(3);
        using (var half = new FileStream(Path.Combine(incoming, "c.png"), FileMode.CreateNew))
        {
            half.Write(whole.AsSpan(0, whole.Length / 2));
            half.Flush();
            Write("d.png", 4);
            camera.Until(() => camera.Count == 3, "the file after the half-written one");
            half.Write(whole.AsSpan(whole.Length / 2));
        }
        camera.Until(() => camera.Count == 4, "the file once it is whole");

        Assert.Equal(["d.png", "c.png"], camera.Pictures[2..].Select(picture => picture.PartId));
        Assert.Equal([1, 2, 4, 3], camera.Pictures.Select(picture => (int)picture.Pixels[0]));
        Assert.Empty(camera.Unusable);
        Assert.Equal(4, Directory.GetFiles(incoming).Length);
    }

    [Fact]
    public void Folder_ManyFilesWrittenSlowly_NoneTwiceNoneLost()
    {
        using var camera = Watch(new FolderConfig { SettleMs = 60, After = AfterInspection.Delete });
        for (var i = 0; i < 30; i++)
        {
            var bytes = Png((byte)i);
            using var file = new FileStream(Path.Combine(incoming, $"{i:00}.png"), FileMode.CreateNew);
            file.Write(bytes.AsSpan(0, 20));
            file.Flush();
            Thread.Sleep(10);
            file.Write(bytes.AsSpan(20));
        }
        camera.Until(() => Directory.GetFiles(incoming).Length == 0, "all deleted");

        Assert.Equal(Enumerable.Range(0, 30).Select(i => $"{i:00}.png"), camera.Pictures.Select(picture => picture.PartId).Order(StringComparer.Ordinal));
        Assert.All(camera.Pictures, picture => Assert.Equal(int.Parse(picture.PartId![..2]), picture.Pixels[0]));
    }

    [Fact]
    public void Folder_FileThatStaysUndecodable_IsToldOnceAndLeftAlone()
    {
        File.WriteAllText(Path.Combine(incoming, "bad.png"), "this is no picture");
        using var camera = Watch(new FolderConfig { SettleMs = 50, After = AfterInspection.Delete });
        Write("good.png", 7);
        camera.Until(() => camera.Count == 1, "the good file");
        Assert.Empty(camera.Unusable);

        var seconds = camera.Until(() => camera.Unusable.Length > 0, "the bad file");
        Assert.InRange(seconds, 3, 15);
        var (id, fault, _) = Assert.Single(camera.Unusable);
        Assert.Equal("bad.png", id);
        Assert.Contains(Path.Combine(incoming, "bad.png"), fault);

        Write("later.png", 8);
        camera.Until(() => camera.Count == 2, "a later file");
        Assert.Single(camera.Unusable);
        Assert.True(File.Exists(Path.Combine(incoming, "bad.png")));
        Assert.Equal(1, camera.Telemetry.FramesDropped.Value("test", "unusable"));
        Assert.Equal((true, 0), (camera.State.Up, camera.State.Reopens));
    }

    [Fact]
    public void Folder_NotExisting_SkipsTheFilesOfTheStartButNotTheirSuccessors()
    {
        Write("old.png", 1);
        using var camera = Watch(new FolderConfig { SettleMs = 20, Existing = false });
        camera.Until(() => camera.State.Up, "up");

        Write("new.png", 2);
        camera.Until(() => camera.Count == 1, "the new file");
        Write("old.png", 3);
        camera.Until(() => camera.Count == 2, "the old file written anew");

        Assert.Equal([2, 3], camera.Pictures.Select(picture => (int)picture.Pixels[0]));
    }

    [Fact]
    public void Folder_AfterMove_MovesOnlyOnceTheResultIsOutAndNumbersCollisions()
    {
        var done = Path.Combine(folder.Path, "done");
        Directory.CreateDirectory(done);
        File.WriteAllText(Path.Combine(done, "a.png"), "an earlier one");
        using var camera = Watch(new FolderConfig { SettleMs = 20, After = AfterInspection.Move, DonePath = done });
        var thereDuringInspection = new List<bool>();
        camera.Inspect = frame => thereDuringInspection.Add(File.Exists(Path.Combine(incoming, frame.PartId!)));

        Write("a.png", 1);
        camera.Until(() => File.Exists(Path.Combine(done, "a-1.png")), "moved");
        // The same name again is another part.
        Write("a.png", 2);
        camera.Until(() => File.Exists(Path.Combine(done, "a-2.png")), "moved again");

        Assert.Equal([true, true], thereDuringInspection);
        Assert.Equal("an earlier one", File.ReadAllText(Path.Combine(done, "a.png")));
        Assert.Equal(Png(2), File.ReadAllBytes(Path.Combine(done, "a-2.png")));
        Assert.Empty(Directory.GetFiles(incoming));
    }

    [Fact]
    public void Folder_GoneAndBack_IsDownThenUpAndTakesNothingTwice()
    {
        Write("a.png", 1);
        using var camera = Watch(new FolderConfig { SettleMs = 20 });
        camera.Until(() => camera.Count == 1, "the first file");

        Directory.Move(incoming, incoming + ".away");
        camera.Until(() => !camera.State.Up, "down");
        Assert.Contains(incoming, camera.State.Error);
        Directory.Move(incoming + ".away", incoming);
        camera.Until(() => camera.State.Up, "up");
        Write("b.png", 2);
        camera.Until(() => camera.Count == 2, "the second file");

        Assert.Equal(["a.png", "b.png"], camera.Pictures.Select(picture => picture.PartId));
    }

    [Fact]
    public void Capture_PictureNotAskedForAgain_IsGivenToTheNextOpening()
    {
        // As when the first opening hung and what it brought was ignored.
        Write("a.png", 1);
        var (config, memory) = (new FolderConfig { Path = incoming, SettleMs = 0 }, new FolderMemory());
        CapturedFrame first = new(), second = new();

        Assert.Equal(CaptureStatus.Captured, Open().Capture(first, TimeSpan.FromSeconds(5)));
        var next = Open();
        Assert.Equal(CaptureStatus.Captured, next.Capture(second, TimeSpan.FromSeconds(5)));
        Assert.Equal(CaptureStatus.Nothing, next.Capture(new CapturedFrame(), TimeSpan.FromMilliseconds(100)));

        Assert.Equal("a.png", second.PartId);

        FolderCamera Open() => new(config, memory, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
    }

    [Fact]
    public void Folder_WithADepth_TakesTheLargestValueOfSoManyBitsForWhite()
    {
        byte[] pixels = [];
        using var camera = Watch(new FolderConfig { SettleMs = 20, Depth = 12 });
        camera.Inspect = frame => pixels = frame.Pixels.ToArray();

        File.WriteAllBytes(Path.Combine(incoming, "a.png"), TestPictures.Png(1, 1, 16, 0, [[0x0F, 0xFF]]));

        camera.Until(() => pixels.Length > 0, "inspected");
        Assert.Equal([0xFF, 0xFF], pixels);
    }

    [Fact]
    public void Prune_NamesThatAreGone_AreForgottenOnceTheyAreMany()
    {
        var memory = new FolderMemory();
        for (var i = 0; i < 10_001; i++)
            memory.Add($"{i}", (1, DateTime.UnixEpoch));
        memory.Prune(name => name == "7", 1);
        Assert.True(memory.Has("8", (1, DateTime.UnixEpoch)));

        memory.Add("one more", (1, DateTime.UnixEpoch));
        memory.Prune(name => name == "7", 1);

        Assert.False(memory.Has("8", (1, DateTime.UnixEpoch)));
        Assert.True(memory.Has("7", (1, DateTime.UnixEpoch)));
        Assert.False(memory.Has("7", (2, DateTime.UnixEpoch)));
    }

    private static byte[] Png(byte value) => TestPictures.Png(4, 3, 8, 0, [.. Enumerable.Range(0, 3).Select(_ => new[] { value, value, value, value })]);

    private SupervisedCamera Watch(FolderConfig config) => new(new CameraConfig { Folder = config with { Path = incoming }, ReopenSeconds = 0.3 });

    private void Write(string name, byte value) => File.WriteAllBytes(Path.Combine(incoming, name), Png(value));
}
