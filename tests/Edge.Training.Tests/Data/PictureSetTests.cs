using Edge.Drawing;
using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Training.Data;
using Edge.Training.Learning;

namespace Edge.Training.Tests.Data;

public sealed class PictureSetTests : IDisposable
{
    private readonly TestPictures pictures = new();

    public void Dispose() => pictures.Dispose();

    [Fact]
    public void Load_Folder_SplitsByFile()
    {
        var set = PictureSet.Load(pictures.Write(30), null, new FitOptions { Size = 0 });

        Assert.Equal((15, 5, 10), (set.Training.Count, set.Fitting.Count, set.Calibration.Count));
        Assert.Equal(30, set.Training.Concat(set.Fitting).Concat(set.Calibration).Select(p => p.Path).Distinct().Count());
        Assert.Equal(set.Fitting.Concat(set.Calibration), set.HeldOut);
        Assert.Equal(1 / 11.0, set.LeastAlpha);
        Assert.Equal(1, set.Channels);
        Assert.Empty(set.Notes);
    }

    [Fact]
    public void Load_HoldOutAsked_IsObeyedAndSaysThatLittleIsLeft()
    {
        var set = PictureSet.Load(pictures.Write(30), null, new FitOptions { Size = 0, HoldOut = 25 });

        Assert.Equal((5, 5, 20), (set.Training.Count, set.Fitting.Count, set.Calibration.Count));
        Assert.Contains("--hold-out 25", Assert.Single(set.Notes));
    }

    [Fact]
    public void Load_LargeGroups_SaysWhyLittleIsTrainedOn()
    {
        var folder = pictures.Write(24);
        foreach (var (i, path) in Directory.GetFiles(folder).Order(StringComparer.Ordinal).Index().ToArray())
            File.Move(path, Path.Combine(folder, $"r{i / 8}_{i}.png"));

        // Each part needs one of the three.
        var set = PictureSet.Load(folder, null, new FitOptions { Size = 0, Groups = "^r[0-9]" });

        Assert.Equal((8, 8, 8), (set.Training.Count, set.Fitting.Count, set.Calibration.Count));
        Assert.Contains("8 of 24 pictures are trained on: groups", Assert.Single(set.Notes));
    }

    [Fact]
    public void Load_PicturesRenamed_SplitsTheSame()
    {
        var folder = pictures.Write(20);
        var before = PictureSet.Load(folder, null, new FitOptions { Size = 0 });
        foreach (var (i, path) in Directory.GetFiles(folder).Index().ToArray())
            File.Move(path, Path.Combine(folder, $"{i * 7 % 20:00}x.png"));

        var after = PictureSet.Load(folder, null, new FitOptions { Size = 0 });

        Assert.Equal(before.Fingerprint, after.Fingerprint);
        Assert.Equal(before.Calibration.Select(p => p.Sha256), after.Calibration.Select(p => p.Sha256));
    }

    [Fact]
    public void Load_ContentSwappedUnderTheSameName_IsAnotherSet()
    {
        var folder = pictures.Write(20);
        var before = PictureSet.Load(folder, null, new FitOptions { Size = 0 }).Fingerprint;
        var other = TestPictures.Texture(77);
        PictureWriter.Write(Path.Combine(folder, "texture_05.png"), other.Values, other.Shape);

        Assert.NotEqual(before, PictureSet.Load(folder, null, new FitOptions { Size = 0 }).Fingerprint);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Load_CalibrationPictureThatIsTrainedOn_IsRefused(bool renamed)
    {
        using var others = new TestPictures();
        pictures.Write(12);
        others.Write(12, first: 12);
        File.Copy(Path.Combine(pictures.Folder, "texture_04.png"), Path.Combine(others.Folder, renamed ? "new.png" : "texture_04.png"));

        var fault = Assert.Throws<PictureException>(() => PictureSet.Load(pictures.Folder, others.Folder, new FitOptions { Size = 0 }));

        Assert.Contains("1 of its 13 pictures", fault.Message);
        Assert.Contains("texture_04.png", fault.Message);
        Assert.Contains("12 of its 12", Assert.Throws<PictureException>(() => PictureSet.Load(pictures.Folder, pictures.Folder, new FitOptions { Size = 0 })).Message);
    }

    [Theory]
    [InlineData(1200, true)]
    [InlineData(1000, false)]
    public void Load_PicturesShrunkMoreThanFourTimes_SaysWhatToDo(int width, bool warned)
    {
        pictures.Write(20, 100, width);

        var set = PictureSet.Load(pictures.Folder, null, new FitOptions { Size = 256 });

        Assert.Equal(warned, set.Notes.Any(note => note.Contains("--size") && note.Contains("edge-train split") && note.Contains("4.7 times")));
    }

    [Fact]
    public void Load_ThreeHundredPictures_KeepsOneByteAValueAndNoFloats()
    {
        pictures.Write(300, 96, 96);
        GC.Collect();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var set = PictureSet.Load(pictures.Folder, null, new FitOptions { Size = 0, Groups = PictureGroups.None });

        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.Equal(300L * 96 * 96, set.MemoryBytes);
        // Values, and less than 2 KiB a picture for its path, hash and the rest.
        Assert.InRange(held, set.MemoryBytes, set.MemoryBytes + 300 * 2048);
        Assert.Equal(300, set.Training.Count + set.HeldOut.Count);
    }

    [Fact]
    public void Load_GreyAndColourPictures_RepeatsTheGreyOnes()
    {
        pictures.Write(19);
        using var colour = new TestPictures();
        File.Move(Path.Combine(colour.Write(1, channels: 3, first: 30), "texture_30.png"), Path.Combine(pictures.Folder, "texture_30.png"));

        var set = PictureSet.Load(pictures.Folder, null, new FitOptions { Size = 0 });

        var preprocessor = new Preprocessor(3, set.Preprocessing);
        Assert.Equal(3, set.Channels);
        Assert.All(set.Training.Concat(set.HeldOut), p => Assert.Equal(TrainingPicture.Read(p.Path, preprocessor).Values, p.Values));
        Assert.Contains("Of 20 pictures 19 are grey and 1 in colour; colour: texture_30.png.", Assert.Single(set.Notes));
    }

    [Fact]
    public void Load_FewGreyAmongColourPictures_NamesThree()
    {
        pictures.Write(16, channels: 3);
        using var grey = new TestPictures();
        foreach (var path in Directory.GetFiles(grey.Write(4, first: 30)))
            File.Move(path, Path.Combine(pictures.Folder, Path.GetFileName(path)));

        var set = PictureSet.Load(pictures.Folder, null, new FitOptions { Size = 0 });

        Assert.Contains("4 are grey and 16 in colour; grey: texture_30.png, texture_31.png, texture_32.png and more.", Assert.Single(set.Notes));
    }

    [Fact]
    public void Load_PicturesOfDifferentSizes_KeepsEachOnesShape()
    {
        pictures.Write(10, 40, 60);
        pictures.Write(10, 100, 50, first: 10);

        var set = PictureSet.Load(pictures.Folder, null, new FitOptions { Size = 0 });

        Assert.Equal([(40, 60), (100, 50)], set.Training.Concat(set.HeldOut).Select(p => (p.Shape.Height, p.Shape.Width)).Distinct().Order());
        Assert.Empty(set.Notes);
    }

    [Fact]
    public void Load_TooSmallWhenScaled_NamesTheSizeAndTheWayOut()
    {
        pictures.Write(18, 100, 320);
        pictures.Write(2, 30, 320, first: 18);

        var message = Assert.Throws<PictureException>(() => PictureSet.Load(pictures.Folder, null, new FitOptions { Size = 160 })).Message;

        // Shrunk twice, 30 rows are 15.
        Assert.Equal(2, message.Split('\n').Length);
        Assert.StartsWith($"{Path.Combine(pictures.Folder, "texture_18.png")}: 320x30 pixels is too small when --size 160 shrinks all pictures "
            + "2 times: each side needs 32", message);
        var whole = PictureSet.Load(pictures.Folder, null, new FitOptions { Size = 0 });
        Assert.Equal(20, whole.Training.Count + whole.HeldOut.Count);
    }

    [Fact]
    public void Load_Look_SeesAllPicturesBeforeTheyGetOneExposure()
    {
        WriteExposures(1, 0.5, 0.25);
        TrainingPicture[] seen = [];

        var set = PictureSet.Load(pictures.Folder, null, new FitOptions { Size = 0, HoldOut = 10 }, look: all =>
        {
            seen = [.. all];
            return ["Seen."];
        });

        Assert.True(set.Preprocessing.EqualExposure);
        Assert.Contains("Seen.", set.Notes);
        var preprocessor = new Preprocessor(1, new Preprocessing());
        Assert.Equal(set.Training.Count + set.HeldOut.Count, seen.Length);
        Assert.All(seen, p => Assert.Equal(TrainingPicture.Read(p.Path, preprocessor).Values, p.Values));
    }

    [Fact]
    public void Load_Stopped_EndsBetweenTwoPictures()
    {
        pictures.Write(20);
        using var stop = new CancellationTokenSource();
        var last = 0;

        Assert.Throws<OperationCanceledException>(() => PictureSet.Load(pictures.Folder, null, new FitOptions { Size = 0 }, (count, _) =>
        {
            if ((last = count) == 3)
                stop.Cancel();
        }, stop.Token));
        Assert.Equal(3, last);
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
        var set = PictureSet.Load(pictures.Write(20, 60, 120), null, new FitOptions { Size = 48, HoldOut = 10 });

        Assert.Equal(0.4, set.Preprocessing.Scale, 1e-9);
        Assert.All(set.Training, p => Assert.Equal((24, 48), (p.Shape.Height, p.Shape.Width)));
    }

    [Fact]
    public void Load_ManyExposures_GivesAllOne()
    {
        WriteExposures(1, 0.5, 0.25);

        var set = PictureSet.Load(pictures.Folder, null, new FitOptions { Size = 0, HoldOut = 10 });
        var kept = PictureSet.Load(pictures.Folder, null, new FitOptions { Size = 0, HoldOut = 10, VaryExposure = false });

        Assert.True(set.Preprocessing.EqualExposure);
        Assert.All(set.Training.Concat(set.HeldOut), p => Assert.Equal(0, p.Values.Order().ElementAt(p.Shape.Length / 2), 2e-5));
        Assert.All(set.Training, p => Assert.Equal(p.Values.Average(), p.Exposure.Mean, 1e-5));
        Assert.False(kept.Preprocessing.EqualExposure);
        Assert.NotEqual(set.Fingerprint, kept.Fingerprint);
        // What the box will prepare is what was trained on.
        var preprocessor = new Preprocessor(1, set.Preprocessing);
        Assert.All(set.Training, p => Assert.Equal(p.Values, TrainingPicture.Read(p.Path, preprocessor).Values));
    }

    [Fact]
    public void Load_ManyExposuresOfTwelveBits_AreReadWithThemThroughout()
    {
        for (var i = 0; i < 20; i++)
            WriteTwelveBits(TestPictures.Texture(i), gain: 1 << i % 3);

        var set = PictureSet.Load(pictures.Folder, null, new FitOptions { Size = 0, HoldOut = 10, Depth = 12 });

        Assert.True(set.Preprocessing.EqualExposure);
        var preprocessor = new Preprocessor(1, set.Preprocessing);
        Assert.All(set.Training, p => Assert.Equal(TrainingPicture.Read(p.Path, preprocessor, depth: 12).Values, p.Values));
    }

    [Fact]
    public void Load_SeveralBadFiles_NamesThemAll()
    {
        using TestPictures calibration = new(), small = new();
        File.WriteAllText(Path.Combine(pictures.Write(20), "text.png"), "This is no picture.");
        File.WriteAllText(Path.Combine(calibration.Write(20, first: 20), "note.png"), "Nor is this.");
        string[] others = [Path.Combine(small.Write(1, 8, 8), "texture_00.png")];

        var fault = Assert.Throws<PictureException>(() =>
            PictureSet.Load(pictures.Folder, calibration.Folder, new FitOptions { Size = 0 }, others: others));

        string[] lines = fault.Message.Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.StartsWith(Path.Combine(pictures.Folder, "text.png"), lines[0]);
        Assert.StartsWith(Path.Combine(calibration.Folder, "note.png"), lines[1]);
        Assert.StartsWith($"{others[0]}: 8x8 pixels is too small", lines[2]);
    }

    [Fact]
    public void Load_SeveralTooSmallAfterScaling_NamesThemAll()
    {
        pictures.Write(20, 64, 64);
        pictures.Write(2, 20, 64, first: 20);

        // Scaled by one half, 20 rows become 10.
        var fault = Assert.Throws<PictureException>(() => PictureSet.Load(pictures.Folder, null, new FitOptions { Size = 32 }));

        Assert.Contains("texture_20.png: 64x20", fault.Message);
        Assert.Contains("texture_21.png: 64x20", fault.Message);
    }

    [Fact]
    public void Load_NearlyOneExposure_KeepsIt()
    {
        WriteExposures(1, 0.95, 0.9);
        Assert.False(PictureSet.Load(pictures.Folder, null, new FitOptions { Size = 0, HoldOut = 10 }).Preprocessing.EqualExposure);
    }

    /// <summary>Writes a picture whose file says 16 bits, as cameras' drivers do, and whose values fill 12 of them.</summary>
    private void WriteTwelveBits(TrainingPicture picture, int gain)
    {
        var header = System.Text.Encoding.ASCII.GetBytes($"P5 {picture.Shape.Width} {picture.Shape.Height} 65535\n");
        int[] values = [.. picture.Values.Select(v => (int)((v + 1) / 2 * 4095 / gain))];
        File.WriteAllBytes(Path.Combine(pictures.Folder, Path.ChangeExtension(picture.Path, ".pgm")),
            [.. header, .. values.SelectMany(v => new[] { (byte)(v >> 8), (byte)v })]);
    }

    private void WriteExposures(params double[] gains)
    {
        for (var i = 0; i < 20; i++)
        {
            var picture = TestPictures.Texture(i);
            float[] values = [.. picture.Values.Select(v => (float)((v + 1) * gains[i % gains.Length] - 1))];
            PictureWriter.Write(Path.Combine(pictures.Folder, picture.Path), values, picture.Shape);
        }
    }

    [Fact]
    public void Load_ColourPictures_KeepsThreeChannels() =>
        Assert.Equal(3, PictureSet.Load(pictures.Write(20, channels: 3), null, new FitOptions { Size = 0, HoldOut = 10 }).Channels);

    [Fact]
    public void Load_CalibrationFolder_TrainsOnAllOfTheOtherAndFitsByAFifth()
    {
        using var others = new TestPictures();

        var set = PictureSet.Load(pictures.Write(6), others.Write(40, first: 6), new FitOptions { Size = 0 });

        Assert.Equal((6, 8, 32), (set.Training.Count, set.Fitting.Count, set.Calibration.Count));
        Assert.All(set.HeldOut, p => Assert.StartsWith(others.Folder, p.Path));
        Assert.Equal(1 / 33.0, set.LeastAlpha);
    }

    [Fact]
    public void Load_SmallCalibrationFolder_SaysHowManyItTakes()
    {
        using var others = new TestPictures();

        var fault = Assert.Throws<PictureException>(() => PictureSet.Load(pictures.Write(6), others.Write(8, first: 6), new FitOptions { Size = 0 }));

        // 5 fit and 4 calibrate.
        Assert.Contains("8 pictures; 9 at least", fault.Message);
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
        pictures.Write(20);
        var path = Path.Combine(pictures.Folder, "texture_05.png");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..100]);

        var fault = Assert.Throws<PictureException>(() => PictureSet.Load(pictures.Folder, null, new FitOptions()));
        Assert.Contains("texture_05.png", fault.Message);
    }

    [Fact]
    public void Crop_BeyondASmallPicture_GoesOnAsItsMirrorImage()
    {
        var picture = new TrainingPicture("p", new(1, 1, 3), [-1, 0, 1]);
        var crop = new float[36];

        picture.Crop(6, 0, 0, false, false, crop);

        Assert.Equal([-1, 0, 1, 0, -1, 0], crop[..6].Select(v => MathF.Round(v, 3)));
    }

    [Fact]
    public void Crop_Mirrored_TurnsRowsAndColumnsAround()
    {
        var picture = new TrainingPicture("p", new(1, 2, 2), [-1, -0.2f, 0.2f, 1]);
        var crop = new float[4];

        picture.Crop(2, 0, 0, flipVertical: true, flipHorizontal: false, crop);
        Assert.Equal([0.2f, 1, -1, -0.2f], crop.Select(v => MathF.Round(v, 4)));
        picture.Crop(2, 0, 0, flipVertical: false, flipHorizontal: true, crop);
        Assert.Equal([-0.2f, -1, 1, 0.2f], crop.Select(v => MathF.Round(v, 4)));
    }
}
