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
        Assert.All(pictures.Take(4), picture => Assert.Null(picture.MaskFile));
        Assert.Equal(_set.At("ground_truth/hole/001_mask.png"), pictures[5].MaskFile);
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
