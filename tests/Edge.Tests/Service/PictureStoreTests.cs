using Edge.Runtime;
using System.Diagnostics;
using System.Text.Json;
using Edge.Configuration;
using Edge.Runtime.Imaging;
using Edge.Service;
using Edge.Testing;

namespace Edge.Tests.Service;

public sealed class PictureStoreTests : IAsyncDisposable
{
    private static readonly StoreConfig Roomy = new() { FreeMb = 0, Ok = new SampledConfig { Every = 1 } };

    private readonly StoreBench bench = new();

    public ValueTask DisposeAsync() => bench.DisposeAsync();

    [Fact]
    public async Task Take_Ng_KeepsPictureOverlayAndResult()
    {
        await bench.Start(Roomy);
        var time = new DateTimeOffset(2026, 11, 22, 23, 30, 0, TimeSpan.Zero);
        var part = StoreBench.Ng(42, station: "cam-2", time: time);
        Assert.True(bench.Give(part));
        await bench.Stop();

        var stem = Path.Combine(bench.Folder, "ng", "2026-11-22", "cam-2-42");
        Assert.Equal([stem + ".json", stem + ".overlay.jpg", stem + ".png"], Directory.GetFiles(bench.Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
        using var picture = PictureFile.Read(stem + ".png");
        Assert.Equal(part.AsFrame().Pixels.ToArray(), Pixels(picture.AsFrame()));
        using var overlay = PictureFile.Read(stem + ".overlay.jpg");
        Assert.Equal(3, overlay.Channels);

        var sidecar = JsonDocument.Parse(File.ReadAllText(stem + ".json")).RootElement;
        Assert.Equal(42, sidecar.GetProperty("id").GetInt64());
        Assert.Equal("cam-2", sidecar.GetProperty("station").GetString());
        Assert.Equal("part 42", sidecar.GetProperty("part_id").GetString());
        Assert.Equal("ng", sidecar.GetProperty("verdict").GetString());
        Assert.Equal("defect", sidecar.GetProperty("reason").GetString());
        Assert.Equal(12.5, sidecar.GetProperty("score").GetDouble());
        Assert.Equal(10, sidecar.GetProperty("threshold").GetDouble());
        Assert.Equal("t3", sidecar.GetProperty("profile").GetString());
        Assert.Equal("abc", sidecar.GetProperty("bundle_hash").GetString());
        Assert.Equal(30.25, sidecar.GetProperty("inspect_ms").GetDouble());
        Assert.Equal(time, sidecar.GetProperty("time").GetDateTimeOffset());
        Assert.Equal(new DirectoryInfo(Path.GetDirectoryName(stem)!).GetFiles().Sum(file => file.Length), bench.Metric("edge_store_bytes{kind=\"ng\"}"));
        Assert.Equal(1, bench.Kept("ng"));
    }

    [Fact]
    public async Task Take_SixteenBits_StaySixteen()
    {
        await bench.Start(Roomy);
        var part = StoreBench.Part(StoreBench.Result(1, ResultVerdict.Ng), bytesPerChannel: 2, channels: 3);
        bench.Give(part);
        await bench.Stop();

        using var picture = PictureFile.Read(Directory.GetFiles(bench.Folder, "*.png", SearchOption.AllDirectories).Single());
        Assert.Equal((2, 3), (picture.BytesPerChannel, picture.Channels));
        Assert.Equal(part.AsFrame().Pixels.ToArray(), Pixels(picture.AsFrame()));
    }

    [Fact]
    public async Task Take_Jpeg_WithoutOverlays_IsOneEightBitPicture()
    {
        await bench.Start(Roomy with { Format = StoreFormat.Jpeg, Overlays = false });
        bench.Give(StoreBench.Part(StoreBench.Result(1, ResultVerdict.Ng), bytesPerChannel: 2));
        await bench.Stop();

        var file = Directory.GetFiles(bench.Folder, "*.jpg", SearchOption.AllDirectories).Single();
        using var picture = PictureFile.Read(file);
        Assert.Equal((1, "top-1.jpg"), (picture.BytesPerChannel, Path.GetFileName(file)));
    }

    [Fact]
    public async Task Wants_EachKind_ByItsRule()
    {
        var store = await bench.Start(Roomy with { Ok = new SampledConfig { Every = 3 } });
        Assert.Equal([true, false, false, true, false, false, true], Enumerable.Range(0, 7).Select(_ => Wants(ResultVerdict.Ok, 0.5)));
        Assert.True(Wants(ResultVerdict.Ok, 0.05));
        Assert.True(Wants(ResultVerdict.Ng, 0.9));

        store.Configure(Roomy with { Ng = new QuotaConfig { MaxDays = 1 }, Borderline = new BorderlineConfig { MaxMb = 0 }, Ok = new SampledConfig { MaxMb = 0, Every = 1 } });
        Assert.False(Wants(ResultVerdict.Ng, 0.001));
        Assert.False(Wants(ResultVerdict.Ok, 0.01));
        Assert.False(Wants(ResultVerdict.Ok, 0.5));

        bool Wants(ResultVerdict verdict, double p) => store.Wants(StoreBench.Result(1, verdict, p));
    }

    [Fact]
    public async Task Take_KindAboveItsQuota_LosesItsOldestOnly()
    {
        // 150 kB a picture: six of them fit into a megabyte.
        await bench.Start(Roomy with { Ok = new SampledConfig { MaxMb = 1, Every = 1 }, Borderline = new BorderlineConfig { MaxMb = 1 }, Overlays = false });
        bench.Give(StoreBench.Ng(1, side: 387));
        bench.Give(StoreBench.Ok(2, side: 387, p: 0.01));
        for (var id = 3; id <= 12; id++)
            bench.Give(StoreBench.Ok(id, side: 387));
        await bench.Stop();

        Assert.Equal([1], bench.Ids("ng"));
        Assert.Equal([2], bench.Ids("borderline"));
        Assert.Equal([7, 8, 9, 10, 11, 12], bench.Ids("ok"));
        Assert.InRange(bench.Metric("edge_store_bytes{kind=\"ok\"}"), 1, 1 << 20);

        // The index of the next life is the same.
        await bench.Start(Roomy with { Ok = new SampledConfig { MaxMb = 1, Every = 1 }, Borderline = new BorderlineConfig { MaxMb = 1 }, Overlays = false });
        bench.Give(StoreBench.Ok(13, side: 387));
        await bench.Stop();
        Assert.Equal([8, 9, 10, 11, 12, 13], bench.Ids("ok"));
    }

    [Fact]
    public async Task Take_NgAboveItsQuota_LosesOlderNg()
    {
        await bench.Start(Roomy with { Ng = new QuotaConfig { MaxMb = 1, MaxDays = 9 }, Overlays = false });
        bench.Give(StoreBench.Ok(1, side: 387));
        for (var id = 2; id <= 9; id++)
            bench.Give(StoreBench.Ng(id, side: 387));
        await bench.Stop();

        Assert.Equal([1], bench.Ids("ok"));
        Assert.Equal([4, 5, 6, 7, 8, 9], bench.Ids("ng"));
    }

    [Fact]
    public async Task Take_ClockWentBack_TheOldestNumberGoesFirst()
    {
        await bench.Start(Roomy with { Ng = new QuotaConfig { MaxMb = 1, MaxDays = 100_000 }, Overlays = false });
        for (var id = 1; id <= 7; id++)
            bench.Give(StoreBench.Ng(id, side: 387, time: DateTimeOffset.UtcNow.AddDays(-id)));
        await bench.Stop();

        Assert.Equal([2, 3, 4, 5, 6, 7], bench.Ids("ng"));
        // The folder of the day that has no picture left is gone.
        Assert.Equal(6, Directory.GetDirectories(Path.Combine(bench.Folder, "ng")).Length);
    }

    [Fact]
    public async Task Take_PictureLargerThanItsQuota_IsCountedAndNothingElseGoes()
    {
        await bench.Start(Roomy with { Ng = new QuotaConfig { MaxMb = 1, MaxDays = 9 } });
        bench.Give(StoreBench.Ng(1));
        bench.Give(StoreBench.Ng(2, side: 1100));
        await bench.Stop();

        Assert.Equal([1], bench.Ids("ng"));
        Assert.Equal(1, bench.Dropped("quota"));
        Assert.Null(bench.Store?.Fault);
    }

    [Fact]
    public async Task Days_Past_AreRemovedWithoutAnotherPicture()
    {
        await bench.Start(Roomy);
        bench.Give(StoreBench.Ok(1, time: DateTimeOffset.UtcNow.AddDays(-16)));
        bench.Give(StoreBench.Ok(2, time: DateTimeOffset.UtcNow.AddDays(-10)));
        bench.Give(StoreBench.Ng(3, time: DateTimeOffset.UtcNow.AddDays(-16)));
        await Wait.Until(() => bench.Ids("ok") is [2], "the old one gone");
        Assert.Equal([3], bench.Ids("ng"));

        bench.Store!.Configure(Roomy with { Ng = new QuotaConfig { MaxMb = 100, MaxDays = 15 } });
        await Wait.Until(() => bench.Ids("ng") is [], "the new quota kept");
    }

    [Fact]
    public void Queue_Full_TheLeastPreciousGivesWay()
    {
        var queue = new SnapshotQueue();
        for (var id = 1; id <= SnapshotQueue.MostCount; id++)
            Assert.Equal(0, queue.Add(PictureKind.Ok, StoreBench.Ok(id, side: 16)));

        Assert.Equal(1, queue.Add(PictureKind.Ok, StoreBench.Ok(98, side: 16)));
        Assert.Equal(1, queue.Add(PictureKind.Ng, StoreBench.Ng(99, side: 16)));

        Assert.Equal(99, queue.Take(TimeSpan.Zero)!.Result.Id);
        // The oldest good one made room.
        Assert.Equal(2, queue.Take(TimeSpan.Zero)!.Result.Id);
        Assert.Equal(SnapshotQueue.MostCount - 2, queue.Count);
    }

    [Fact]
    public void Queue_FullOfNg_RefusesTheNextAndDropsNone()
    {
        var queue = new SnapshotQueue();
        for (var id = 1; id <= SnapshotQueue.MostCount; id++)
            queue.Add(PictureKind.Ng, StoreBench.Ng(id, side: 16));

        Assert.Equal(1, queue.Add(PictureKind.Ok, StoreBench.Ok(98, side: 16)));
        Assert.Equal(1, queue.Add(PictureKind.Ng, StoreBench.Ng(99, side: 16)));

        Assert.Equal(1, queue.Take(TimeSpan.Zero)!.Result.Id);
        Assert.Equal(SnapshotQueue.MostCount - 1, queue.Count);
    }

    [Fact]
    public void Queue_LargePictures_AreBoundedByBytes()
    {
        var queue = new SnapshotQueue();
        // A part of 4000 x 4000 pixels is 16 MB, and its map 64 MB: three fit into 256 MB.
        var large = StoreBench.Ng(1, side: 4000);
        Assert.Equal([0, 0, 0, 1], Enumerable.Range(0, 4).Select(_ => queue.Add(PictureKind.Ng, large)));
    }

    [Fact]
    public async Task Start_AfterASuddenEnd_RemovesWhatIsHalf()
    {
        var day = Path.Combine(bench.Folder, "ng", "2026-11-22");
        Directory.CreateDirectory(day);
        Directory.CreateDirectory(Path.Combine(bench.Folder, "ok", "2026-11-21"));
        Directory.CreateDirectory(Path.Combine(bench.Folder, "ok", "mine"));
        foreach (var file in (string[])["top-1.png", "top-1.overlay.jpg", "top-2.png.partial", "top-3.json", "top-4.png", "top-4.json", "top-4.overlay.jpg.partial", "notes.txt", "holiday.png"])
            File.WriteAllText(Path.Combine(day, file), "x");
        File.WriteAllText(Path.Combine(day, "top-5.png"), "");
        File.WriteAllText(Path.Combine(day, "top-5.json"), "x");
        File.WriteAllText(Path.Combine(bench.Folder, "ok", "mine", "top-9.png"), "x");

        await bench.Start(Roomy with { Ng = new QuotaConfig { MaxMb = 1, MaxDays = 100_000 } });
        await Wait.Until(() => bench.Kept("ng") == 1, "read");

        Assert.Equal(["holiday.png", "notes.txt", "top-4.json", "top-4.png"], Directory.GetFiles(day).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal([Path.Combine(bench.Folder, "ok", "mine")], Directory.GetDirectories(Path.Combine(bench.Folder, "ok")));
        Assert.Equal(2, bench.Metric("edge_store_bytes{kind=\"ng\"}"));
    }

    [Fact]
    public async Task Take_NamesThatLeadElsewhere_StayInTheStore()
    {
        await bench.Start(Roomy);
        bench.Give(StoreBench.Part(StoreBench.Result(1, ResultVerdict.Ng, station: "../../../up") with { PartId = "../../x" }));
        bench.Give(StoreBench.Part(StoreBench.Result(2, ResultVerdict.Ng, station: "/etc/x\n") with { PartId = "/y" }));
        await bench.Stop();

        Assert.Equal([1, 2], bench.Ids("ng"));
        Assert.All(Directory.GetFiles(bench.Folder, "*.json", SearchOption.AllDirectories), path => Assert.Equal(4, Path.GetRelativePath(Path.GetDirectoryName(bench.Folder)!, path).Split('/').Length));
        Assert.Equal(["pictures"], Directory.GetFileSystemEntries(Path.GetDirectoryName(bench.Folder)!).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Fault_FolderCannotBeMade_IsSaidAndClearsByItself()
    {
        File.WriteAllText(bench.Folder, "in the way");
        var store = await bench.Start(Roomy);
        bench.Give(StoreBench.Ng(1));
        await Wait.Until(() => bench.Dropped("disk") == 1, "counted");
        Assert.Matches(@"pictures.*, since \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$", store.Fault!);

        File.Delete(bench.Folder);
        bench.Give(StoreBench.Ng(2));
        await Wait.Until(() => store.Fault is null, "clear");
        Assert.Equal([2], bench.Ids("ng"));
        Assert.Equal(1, bench.Dropped("disk"));
    }

    [TmpfsFact]
    public async Task Disk_Full_GivesGoodPicturesForNgAndGoesOnWhenThereIsRoom()
    {
        using var disk = new Tmpfs("4m");
        await using var small = new StoreBench(Path.Combine(disk.Path, "pictures"));
        var store = await small.Start(Roomy with { Overlays = false });
        // 300 kB a picture.
        for (var id = 1; id <= 6; id++)
            small.Give(StoreBench.Ok(id, side: 548));
        await Wait.Until(() => small.Ids("ok").Count == 6, "written");
        File.WriteAllBytes(Path.Combine(disk.Path, "filler"), new byte[1_800_000]);

        for (var id = 7; id <= 12; id++)
            small.Give(StoreBench.Ng(id, side: 548));
        await Wait.Until(() => small.Ids("ng").Count == 6, "all NG kept");
        Assert.Equal(0, small.Dropped("disk"));
        Assert.Null(store.Fault);
        // What is left of the good ones is the newest.
        Assert.Equal(Enumerable.Range(1, 6).Select(id => (long)id).TakeLast(small.Ids("ok").Count), small.Ids("ok"));

        for (var id = 13; id <= 15; id++)
            small.Give(StoreBench.Ng(id, side: 548));
        await Wait.Until(() => small.Dropped("disk") >= 2, "counted");
        Assert.Contains("disk full", store.Fault);
        Assert.Empty(small.Ids("ok"));
        Assert.Empty(Directory.GetFiles(disk.Path, "*.partial", SearchOption.AllDirectories));
        Assert.Equal(Enumerable.Range(7, 6).Select(id => (long)id), small.Ids("ng").Take(6));

        // Without another picture, for a box that is not ready may get no parts.
        File.Delete(Path.Combine(disk.Path, "filler"));
        await Wait.Until(() => store.Fault is null, "clear");
        small.Give(StoreBench.Ng(16, side: 548));
        await Wait.Until(() => small.Ids("ng").Contains(16), "kept again");
    }

    [TmpfsFact]
    public void Disk_FullInTheMiddleOfAFile_LeavesNoHalf()
    {
        using var disk = new Tmpfs("1m");
        var shelf = new PictureShelf(Path.Combine(disk.Path, "ng"));
        shelf.Scan();
        var picture = StoredPicture.Of(StoreBench.Result(1, ResultVerdict.Ng), 2 << 20);

        Assert.Throws<IOException>(() => shelf.Write(picture, [(".png", new byte[1000]), (".overlay.jpg", new byte[2 << 20]), (".json", new byte[10])]));

        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(disk.Path, "ng")));
        Assert.Equal((0, 0), (shelf.Count, shelf.Bytes));
    }

    [TmpfsFact]
    public async Task Disk_ReadOnly_IsSaidAndClears()
    {
        using var disk = new Tmpfs("4m");
        await using var small = new StoreBench(Path.Combine(disk.Path, "pictures"));
        var store = await small.Start(Roomy);
        small.Give(StoreBench.Ng(1));
        await Wait.Until(() => small.Ids("ng") is [1], "written");

        disk.Remount("ro");
        small.Give(StoreBench.Ng(2));
        await Wait.Until(() => small.Dropped("disk") == 1, "counted");
        Assert.Contains("Read-only", store.Fault);

        disk.Remount("rw");
        small.Give(StoreBench.Ng(3));
        await Wait.Until(() => small.Ids("ng") is [1, 3], "kept again");
        await Wait.Until(() => store.Fault is null, "clear");
    }

    [Fact]
    public async Task Process_KilledWhileItWrites_LeavesNoHalfPicture()
    {
        var program = typeof(PictureStoreTests).Assembly.Location;
        for (var life = 0; life < 3; life++)
        {
            var start = new ProcessStartInfo("dotnet", [program]);
            (start.Environment["DOTNET_STARTUP_HOOKS"], start.Environment[StartupHook.FolderVariable]) = (program, bench.Folder);
            using var process = Process.Start(start)!;
            try
            {
                var before = bench.Ids("ng").LastOrDefault();
                await Wait.Until(() => process.HasExited || bench.Ids("ng").LastOrDefault() > before + 5, "writing", 60);
                Assert.False(process.HasExited);
                await Task.Delay(7 * life);
            }
            finally
            {
                process.Kill();
                await process.WaitForExitAsync();
            }
        }

        await bench.Start(Roomy);
        await Wait.Until(() => bench.Kept("ng") > 0, "read");

        var stems = bench.Ids("ng").Count;
        Assert.Equal(stems, bench.Kept("ng"));
        var files = Directory.GetFiles(bench.Folder, "*", SearchOption.AllDirectories);
        Assert.DoesNotContain(files, file => file.EndsWith(".partial", StringComparison.Ordinal));
        Assert.Equal(stems, files.Count(file => file.EndsWith(".png", StringComparison.Ordinal)));
        foreach (var file in files)
            if (file.EndsWith(".json", StringComparison.Ordinal))
                JsonDocument.Parse(File.ReadAllText(file)).Dispose();
            else
                PictureFile.Read(file).Dispose();
    }

    private static byte[] Pixels(Frame frame)
    {
        using var pixels = new MemoryStream();
        for (var y = 0; y < frame.Height; y++)
            pixels.Write(frame.Row(y));
        return pixels.ToArray();
    }

    private sealed class Tmpfs : IDisposable
    {
        private readonly TemporaryFolder folder = new();

        public Tmpfs(string size) => Assert.Null(Tool.Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", folder.Path));

        public string Path => folder.Path;

        public void Remount(string mode) => Assert.Null(Tool.Run("mount", "-o", $"remount,{mode}", folder.Path));

        public void Dispose()
        {
            Assert.Null(Tool.Run("umount", folder.Path));
            folder.Dispose();
        }
    }
}
