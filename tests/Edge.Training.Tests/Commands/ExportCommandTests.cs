using Edge.Runtime.Bundles;

namespace Edge.Training.Tests.Commands;

public sealed class ExportCommandTests(TrainedBundle trained) : IClassFixture<TrainedBundle>
{
    [Theory]
    [InlineData("Choosing settings")]
    [InlineData("Negative controls")]
    public async Task Export_Stopped_SaysSoAndLeavesTheBundleAsItWas(string until)
    {
        var bundle = trained.Copy();
        var before = TrainedBundle.Contents(bundle);
        using var error = new StoppingWriter(until);

        Assert.Equal(130, await Run(error, bundle));

        Assert.Equal($"Stopped; nothing was written to {bundle}, and the training is as it was. The same command exports it.", error.LastLine);
        Assert.Equal(before, TrainedBundle.Contents(bundle));
        Assert.False(Directory.Exists(bundle + ".new"));
    }

    [Fact]
    public async Task Export_StoppedWhileItReads_SaysSo()
    {
        var bundle = trained.Copy();
        using var error = new StringWriter();

        Assert.Equal(130, await Run(error, bundle, new CancellationToken(canceled: true)));

        Assert.Equal(2, error.ToString().Split('\n').Length);
        Assert.StartsWith($"Stopped; nothing was written to {bundle}", error.ToString());
    }

    [Fact]
    public async Task Export_StoppedWhenTheBundleIsThere_EndsWithZero()
    {
        var bundle = trained.Copy();
        var before = Bundle.Load(bundle).Manifest.Created;
        using var error = new StoppingWriter("Wrote ");

        Assert.Equal(0, await Run(error, bundle));

        Assert.StartsWith("Wrote ", error.LastLine);
        Assert.NotEqual(before, Bundle.Load(bundle).Manifest.Created);
    }

    [Fact]
    public async Task Export_SeveralBadFiles_NamesThemAll()
    {
        var bundle = trained.Copy();
        using var pictures = new TestPictures();
        pictures.Write(20);
        File.WriteAllText(Path.Combine(pictures.Folder, "texture_03.png"), "This is no picture.");
        File.WriteAllText(Path.Combine(pictures.Folder, "texture_11.png"), "Nor is this.");
        using var error = new StringWriter();

        Assert.Equal(2, await TrainedBundle.Run(error, default, "export", "--data", pictures.Folder, "--out", bundle, "--force"));

        Assert.Contains("texture_03.png: ", error.ToString());
        Assert.Contains("texture_11.png: ", error.ToString());
    }

    private Task<int> Run(StoppingWriter error, string bundle) => Run(error, bundle, error.Token);

    private Task<int> Run(TextWriter error, string bundle, CancellationToken stop) =>
        TrainedBundle.Run(error, stop, "export", "--data", trained.Data, "--out", bundle, "--force", "--no-int8");
}
