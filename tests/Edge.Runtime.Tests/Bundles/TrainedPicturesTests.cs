using Edge.Runtime.Bundles;

namespace Edge.Runtime.Tests.Bundles;

public sealed class TrainedPicturesTests : IDisposable
{
    // SHA-256 of "abc": FIPS 180-4's first example.
    private const string Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private readonly string folder = Directory.CreateTempSubdirectory("edge-trained-tests-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void RequireNone_PictureThatWasTrainedOnUnderAnotherName_IsRefusedByName()
    {
        TrainedPictures.Write(folder, [(Abc, "/somewhere/part.png")]);
        var (same, other) = (File("renamed.png", "abc"), File("other.png", "abd"));

        var fault = Assert.Throws<PictureException>(() => TrainedPictures.RequireNone(folder, [other, same], "--data good"));

        Assert.Contains("--data good: 1 of its 2 pictures", fault.Message);
        Assert.Contains(same, fault.Message);
        Assert.Equal($"{Abc}  part.png", System.IO.File.ReadAllText(Path.Combine(folder, TrainedPictures.FileName)).TrimEnd());
        TrainedPictures.RequireNone(folder, [other], "--data good");
    }

    [Fact]
    public void RequireNone_BundleWithoutARecord_ChecksNothing() => TrainedPictures.RequireNone(folder, [File("a.png", "abc")], "--data");

    [Fact]
    public void RequireNone_DamagedRecord_NamesFileAndLine()
    {
        System.IO.File.WriteAllLines(Path.Combine(folder, TrainedPictures.FileName), [$"{Abc}  a.png", "ba78"]);

        Assert.Contains("trained_on.sha256: line 2", Assert.Throws<BundleException>(() => TrainedPictures.RequireNone(folder, [], "--data")).Message);
    }

    private string File(string name, string content)
    {
        var path = Path.Combine(folder, name);
        System.IO.File.WriteAllText(path, content);
        return path;
    }
}
