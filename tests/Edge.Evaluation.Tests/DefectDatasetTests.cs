using Edge.Runtime;
using Edge.Testing;

namespace Edge.Evaluation.Tests;

public sealed class DefectDatasetTests : IDisposable
{
    readonly TestSet _set = new();

    [Fact]
    public void Open_MvtecLayout_ListsGoodThenDefective()
    {
        var pictures = DefectDataset.Open(_set.Folder).Pictures;
        Assert.Equal(7, pictures.Count);
        Assert.All(pictures.Take(4), picture => Assert.Null(picture.Kind));
        Assert.Equal([_set.At("ground_truth/hole/001_mask.png")], pictures[5].MaskFiles);
        Assert.Equal(_set.At("test/hole/001.png"), pictures[5].File);
    }

    [Fact]
    public void Open_MissingMask_NamesTheFile()
    {
        File.Delete(_set.At("ground_truth/hole/002_mask.png"));
        var fault = Assert.Throws<PictureException>(() => DefectDataset.Open(_set.Folder));
        Assert.Contains(_set.At("ground_truth/hole/002_mask.png"), fault.Message);
        Assert.Equal(2, fault.ExitCode);
    }

    [Fact]
    public void Open_NoGoodFolder_SaysTheLayout()
    {
        Directory.Delete(_set.At("test/good"), recursive: true);
        var fault = Assert.Throws<PictureException>(() => DefectDataset.Open(_set.Folder));
        Assert.Contains("test/good", fault.Message);
        Assert.Equal(2, fault.ExitCode);
    }

    [Theory]
    [InlineData("MVTec LOCO")]
    [InlineData("MVTec AD 2")]
    [InlineData("BTAD")]
    [InlineData("VisA")]
    public void Open_UnknownLayout_NamesThoseThatAreRead(string layout)
    {
        Directory.Delete(_set.At("test"), recursive: true);
        Assert.Contains(layout, Assert.Throws<PictureException>(() => DefectDataset.Open(_set.Folder)).Message);
    }

    [Theory]
    [InlineData("test/good/0.png", "test/bent/1.png", "ground_truth/bent/1.png", "bent")]
    [InlineData("test/good/0.png", "test/bent/1.png", "ground_truth/bent/1_mask.bmp", "bent")]
    [InlineData("test/good/0.png", "test/bent/1.png", "ground_truth/bent/1_mask.TIFF", "bent")]
    [InlineData("test/good/0.png", "test/logical_anomalies/1.png", "ground_truth/logical_anomalies/1/000.png", "logical_anomalies")]
    [InlineData("test_public/good/0.png", "test_public/bad/1.png", "test_public/ground_truth/bad/1_mask.png", "bad")]
    [InlineData("test/ok/0.png", "test/ko/1.png", "ground_truth/ko/1.bmp", "ko")]
    [InlineData("Data/Images/Normal/0.JPG", "Data/Images/Anomaly/1.JPG", "Data/Masks/Anomaly/1.png", "Anomaly")]
    public void Open_AKnownLayout_FindsPictureAndMask(string good, string defective, string mask, string kind)
    {
        using var other = new TestSet(0, 0);
        other.Picture(good, (_, _) => 0);
        other.Picture(defective, (_, _) => 0);
        other.Picture(mask, (x, y) => TestSet.InSquare(x, y) ? (byte)1 : (byte)0);
        var pictures = DefectDataset.Open(other.Folder).Pictures;
        Assert.Equal([null, kind], pictures.Select(picture => picture.Kind));
        Assert.Equal([other.At(mask)], pictures[1].MaskFiles);
        Assert.Equal(9, pictures[1].ReadMask()!.Count(value => value != 0));
    }

    [Fact]
    public void Open_SeveralMasksOfAPicture_AreJoined()
    {
        using var other = new TestSet(1, 0);
        other.Picture("test/structural_anomalies/7.png", (_, _) => 0);
        other.Picture("ground_truth/structural_anomalies/7/000.png", (x, _) => x == 0 ? (byte)200 : (byte)0);
        other.Picture("ground_truth/structural_anomalies/7/001.png", (x, _) => x == 5 ? (byte)100 : (byte)0);
        Assert.Equal(20, DefectDataset.Open(other.Folder).Pictures[1].ReadMask()!.Count(value => value != 0));
    }

    [Fact]
    public void Open_VisaWithItsTable_TakesTheTestPart()
    {
        using var visa = new TestSet(0, 0);
        foreach (var name in (string[])["Normal/0.JPG", "Normal/1.JPG", "Anomaly/2.JPG"])
            visa.Picture("candle/Data/Images/" + name, (_, _) => 0);
        Directory.CreateDirectory(visa.At("split_csv"));
        File.WriteAllLines(visa.At("split_csv/1cls.csv"),
        [
            "object,split,label,image,mask", "candle,train,normal,candle/Data/Images/Normal/0.JPG,", "candle,test,normal,candle/Data/Images/Normal/1.JPG,",
            "candle,test,anomaly,candle/Data/Images/Anomaly/2.JPG,candle/Data/Masks/Anomaly/2.png",
        ]);
        Assert.Equal(["1.JPG", "2.JPG"], DefectDataset.Open(visa.At("candle")).Pictures.Select(picture => Path.GetFileName(picture.File)));
    }

    [Fact]
    public void Open_NoGroundTruth_HasNoMasks()
    {
        Directory.Delete(_set.At("ground_truth"), recursive: true);
        var pictures = DefectDataset.Open(_set.Folder).Pictures;
        Assert.Equal(3, pictures.Count(picture => picture.Kind == "hole"));
        Assert.All(pictures, picture => Assert.Null(picture.ReadMask()));
    }

    [Fact]
    public void Open_FoldersOfASystem_AreNotKinds()
    {
        _set.Picture("test/.cache/0.png", (_, _) => 0);
        _set.Picture("test/__MACOSX/0.png", (_, _) => 0);
        _set.Picture("test/good/._000.png", (_, _) => 0);
        Assert.Equal(7, DefectDataset.Open(_set.Folder).Pictures.Count);
    }

    [Fact]
    public void Open_EmptyGoodFolder_IsRefused()
    {
        foreach (var file in Directory.GetFiles(_set.At("test/good")))
            File.Delete(file);
        Assert.Throws<PictureException>(() => DefectDataset.Open(_set.Folder));
    }

    [Fact]
    public void Open_OtherFiles_AreNotPictures()
    {
        File.WriteAllText(_set.At("test/hole/readme.txt"), "");
        Assert.Equal(7, DefectDataset.Open(_set.Folder).Pictures.Count);
    }

    [Fact]
    public void ReadMask_Defective_MarksTheSquare()
    {
        var mask = DefectDataset.Open(_set.Folder).Pictures[4].ReadMask()!;
        Assert.Equal(120, mask.Length);
        for (var i = 0; i < mask.Length; i++)
            Assert.Equal(TestSet.InSquare(i % 12, i / 12), mask[i] != 0);
    }

    [Fact]
    public void ReadMask_Good_IsNull() => Assert.Null(DefectDataset.Open(_set.Folder).Pictures[0].ReadMask());

    [Fact]
    public void ReadMask_OtherSize_NamesBothSizes()
    {
        _set.Picture("ground_truth/hole/000_mask.png", (_, _) => 0, width: 11);
        var fault = Assert.Throws<PictureException>(() => DefectDataset.Open(_set.Folder).Pictures[4].ReadMask());
        Assert.Contains("000_mask.png", fault.Message);
        Assert.Contains("11 x 10", fault.Message);
        Assert.Contains("12 x 10", fault.Message);
    }

    public void Dispose() => _set.Dispose();
}
