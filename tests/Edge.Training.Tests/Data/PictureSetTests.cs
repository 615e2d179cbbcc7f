using Edge.Drawing;
using Edge.Runtime;
using Edge.Runtime.Imaging;
using Edge.Training.Data;
using Edge.Training.Learning;

namespace Edge.Training.Tests.Data;

public sealed class PictureSetTests : IDisposable
{
    private readonly TestPictures pictures = new();

    public void Dispose() => pictures.Dispose();

    [Theory]
    [InlineData(20, 12)]
    [InlineData(166, 99)]
    [InlineData(225, 99)]
    [InlineData(720, 144)]
    public void DefaultHoldOut_Pictures_SufficesForOnePercentWhereItCan(int pictures, int expected) =>
        Assert.Equal(expected, PictureSet.DefaultHoldOut(pictures));

    [Fact]
    public void Load_Folder_SplitsByFile()
    {
        var set = PictureSet.Load(pictures.Write(20), null, new FitOptions { Size = 0 });

        Assert.Equal(12, set.HeldOut.Count);
        Assert.Equal(20, set.Training.Concat(set.HeldOut).Select(p => p.Path).Distinct().Count());
        Assert.Equal(1, set.Channels);
    }

    [Fact]
    public void Load_SameSeed_SplitsTheSame()
    {
        pictures.Write(20);

        Assert.Equal(Load(1).Fingerprint, Load(1).Fingerprint);
        Assert.NotEqual(Load(1).Fingerprint, Load(2).Fingerprint);

        PictureSet Load(ulong seed) => PictureSet.Load(pictures.Folder, null, new FitOptions { Size = 0, Seed = seed });
    }

    [Fact]
    public void Load_LargePictures_ScalesAllByOneFactor()
    {
        var set = PictureSet.Load(pictures.Write(12, 60, 120), null, new FitOptions { Size = 48, HoldOut = 5 });

        Assert.Equal(0.4, set.Preprocessing.Scale, 1e-9);
        Assert.All(set.Training, p => Assert.Equal((24, 48), (p.Shape.Height, p.Shape.Width)));
    }

    [Fact]
    public void Load_ManyExposures_GivesAllOne()
    {
        WriteExposures(1, 0.5, 0.25);

        var set = PictureSet.Load(pictures.Folder, null, new FitOptions { Size = 0, HoldOut = 5 });
        var kept = PictureSet.Load(pictures.Folder, null, new FitOptions { Size = 0, HoldOut = 5, VaryExposure = false });

        Assert.True(set.Preprocessing.EqualExposure);
        Assert.All(set.Training.Concat(set.HeldOut), p => Assert.Equal(0, p.Values.Order().ElementAt(p.Values.Length / 2), 1e-5));
        Assert.All(set.Training, p => Assert.Equal(p.Values.Average(), p.Exposure.Mean, 1e-5));
        Assert.False(kept.Preprocessing.EqualExposure);
        Assert.NotEqual(set.Fingerprint, kept.Fingerprint);
        // What the box will prepare is what was trained on.
        var preprocessor = new Preprocessor(1, set.Preprocessing);
        Assert.All(set.Training, p => Assert.Equal(p.Values, TrainingPicture.Read(p.Path, preprocessor).Values));
    }

    [Fact]
    public void Load_NearlyOneExposure_KeepsIt()
    {
        WriteExposures(1, 0.95, 0.9);
        Assert.False(PictureSet.Load(pictures.Folder, null, new FitOptions { Size = 0, HoldOut = 5 }).Preprocessing.EqualExposure);
    }

    private void WriteExposures(params double[] gains)
    {
        for (var i = 0; i < 12; i++)
        {
            var picture = TestPictures.Texture(i);
            float[] values = [.. picture.Values.Select(v => (float)((v + 1) * gains[i % gains.Length] - 1))];
            PictureWriter.Write(Path.Combine(pictures.Folder, picture.Path), values, picture.Shape);
        }
    }

    [Fact]
    public void Load_ColourPictures_KeepsThreeChannels() =>
        Assert.Equal(3, PictureSet.Load(pictures.Write(10, channels: 3), null, new FitOptions { Size = 0, HoldOut = 5 }).Channels);

    [Fact]
    public void Load_CalibrationFolder_TrainsOnAllOfTheOther()
    {
        using var others = new TestPictures();

        var set = PictureSet.Load(pictures.Write(6), others.Write(7), new FitOptions { Size = 0 });

        Assert.Equal(6, set.Training.Count);
        Assert.All(set.HeldOut, p => Assert.StartsWith(others.Folder, p.Path));
    }

    [Fact]
    public void Load_TooFewPictures_SaysHowManyItTakes()
    {
        var fault = Assert.Throws<PictureException>(() => PictureSet.Load(pictures.Write(3), null, new FitOptions()));
        Assert.Contains("3 pictures", fault.Message);
    }

    [Fact]
    public void Load_DamagedPicture_NamesTheFile()
    {
        pictures.Write(12);
        var path = Path.Combine(pictures.Folder, "texture_05.png");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..100]);

        var fault = Assert.Throws<PictureException>(() => PictureSet.Load(pictures.Folder, null, new FitOptions()));
        Assert.Contains("texture_05.png", fault.Message);
    }

    [Fact]
    public void Crop_BeyondASmallPicture_GoesOnAsItsMirrorImage()
    {
        var picture = new TrainingPicture("p", new(1, 1, 3), [1, 2, 3]);
        var crop = new float[36];

        picture.Crop(6, 0, 0, false, false, crop);

        Assert.Equal([1, 2, 3, 2, 1, 2], crop[..6]);
    }

    [Fact]
    public void Crop_Mirrored_TurnsRowsAndColumnsAround()
    {
        var picture = new TrainingPicture("p", new(1, 2, 2), [1, 2, 3, 4]);
        var crop = new float[4];

        picture.Crop(2, 0, 0, flipVertical: true, flipHorizontal: false, crop);
        Assert.Equal([3, 4, 1, 2], crop);
        picture.Crop(2, 0, 0, flipVertical: false, flipHorizontal: true, crop);
        Assert.Equal([2, 1, 4, 3], crop);
    }
}
