using Edge.Runtime.Scoring;

namespace Edge.Runtime.Tests.Scoring;

public class ComparisonConstantsTests
{
    [Fact]
    public void FromNormals_KnownMaps_IsTheRatioOfTheQuantiles()
    {
        var features = Enumerable.Range(0, 1001).Select(i => (float)i).ToArray();
        var pixels = Enumerable.Range(0, 1001).Select(i => i * 4f).ToArray();

        Assert.Equal(new ComparisonConstants(0.25f, 7), ComparisonConstants.FromNormals(features, pixels, 7));
        Assert.Throws<BundleException>(() => ComparisonConstants.FromNormals([1], [0]));
    }

    [Fact]
    public void Combine_TwoMaps_WeighsThePixels()
    {
        var map = new float[3];
        new ComparisonConstants(0.5f, 4).Combine([1, 2, 3], [0.1f, 0, 1], map);

        Assert.Equal([1.2f, 2, 5], map);
    }
}
