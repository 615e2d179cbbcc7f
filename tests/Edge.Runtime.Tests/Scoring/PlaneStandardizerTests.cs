using Edge.Runtime.Scoring;

namespace Edge.Runtime.Tests.Scoring;

public class PlaneStandardizerTests
{
    private const int Height = 40, Width = 37;

    [Theory]
    [InlineData(PlaneZones.None)]
    [InlineData(PlaneZones.Border)]
    [InlineData(PlaneZones.Grid)]
    public void Apply_ConstantsOfTheSamePictures_HaveMeanZeroAndDeviationOne(PlaneZones zones)
    {
        var standardizer = new PlaneStandardizer(1, zones, relative: false, MapAggregation.Mean);
        var pictures = Enumerable.Range(0, 8).Select(i => Noise(i, 3)).ToArray();
        var constants = Fit(standardizer, pictures);

        double sum = 0, squares = 0;
        foreach (var picture in pictures)
            foreach (var z in Apply(standardizer, picture, constants))
                (sum, squares) = (sum + z, squares + z * z);

        var count = pictures.Length * Height * Width;
        Assert.Equal(0, sum / count, 1e-4);
        Assert.Equal(1, squares / count, 1e-3);
    }

    [Theory]
    [InlineData(MapAggregation.Mean, 1.0)]
    [InlineData(MapAggregation.Max, 2.0)]
    [InlineData(MapAggregation.Weighted, 0.5)]
    public void Apply_TwoPlanes_PutsThemTogether(MapAggregation aggregation, double expected)
    {
        var standardizer = new PlaneStandardizer(2, PlaneZones.None, relative: false, aggregation, [3, 1]);
        // z = (5 - 5) / 2 = 0 and (9 - 5) / 2 = 2: mean 1, largest 2, (3 * 0 + 1 * 2) / 4 = 0.5.
        float[] planes = [.. Enumerable.Repeat(5f, Height * Width), .. Enumerable.Repeat(9f, Height * Width)];

        Assert.All(Apply(standardizer, planes, new PlaneConstants([5, 5], [2, 2])), z => Assert.Equal(expected, z, 1e-6));
    }

    [Fact]
    public void Apply_Relative_DoesNotSeeContrast()
    {
        var standardizer = new PlaneStandardizer(1, PlaneZones.Border, relative: true, MapAggregation.Mean);
        var constants = Fit(standardizer, [Noise(1, 1), Noise(2, 4)]);
        var picture = Noise(3, 1);

        var (plain, strong) = (Apply(standardizer, picture, constants), Apply(standardizer, [.. picture.Select(v => 8 * v)], constants));

        Assert.All(plain.Zip(strong), z => Assert.Equal(z.First, z.Second, 1e-4));
    }

    [Fact]
    public void Apply_BorderAlwaysStronger_IsNotStrange()
    {
        var standardizer = new PlaneStandardizer(1, PlaneZones.Border, relative: false, MapAggregation.Mean);
        var pictures = Enumerable.Range(0, 9).Select(i => Noise(i, 1)).ToArray();
        foreach (var picture in pictures)
            for (var i = 0; i < picture.Length; i++)
                if (new ZoneLayout(PlaneZones.Border, Height, Width).Zone(i / Width, i % Width) == 0)
                    picture[i] *= 10;

        var z = Apply(standardizer, pictures[8], Fit(standardizer, pictures[..8]));

        // One row of 37 pixels of a distribution with deviation 1: its mean lies within 4 / sqrt(37) of 0 but once in 10,000.
        Assert.InRange(z[..Width].Average(), -0.66, 0.66);
    }

    [Fact]
    public void Constants_ZoneNoPictureHas_TakesTheNeighbours()
    {
        var standardizer = new PlaneStandardizer(1, PlaneZones.Border, relative: false, MapAggregation.Mean);
        var constants = Fit(standardizer, [Noise(1, 1)[..(10 * Width)]], 10);

        // Ten rows reach no deeper than 4 pixels from an edge.
        Assert.All(constants.Mean.Skip(4), m => Assert.Equal(constants.Mean[4], m));
    }

    [Fact]
    public void Constants_PlaneThatIsTheSameEverywhere_IsRefused()
    {
        var standardizer = new PlaneStandardizer(1, PlaneZones.None, relative: false, MapAggregation.Mean);
        Assert.Contains("same everywhere", Assert.Throws<BundleException>(() => Fit(standardizer, [new float[Height * Width]])).Message);
    }

    [Fact]
    public void Constructor_WeightsThatDoNotFit_AreRefused()
    {
        foreach (var weights in new double[][] { [1], [1, -1], [0, 0], [1, double.NaN] })
            Assert.Throws<BundleException>(() => new PlaneStandardizer(2, PlaneZones.None, false, MapAggregation.Weighted, weights));
    }

    private static PlaneConstants Fit(PlaneStandardizer standardizer, float[][] pictures, int height = Height)
    {
        var statistics = new PlaneStatistics(standardizer);
        foreach (var picture in pictures)
            statistics.Add(picture, height, Width);
        return statistics.Constants();
    }

    private static float[] Apply(PlaneStandardizer standardizer, float[] planes, PlaneConstants constants)
    {
        var combined = new float[Height * Width];
        standardizer.Apply(planes, Height, Width, constants, combined);
        return combined;
    }

    private static float[] Noise(int seed, float size)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Height * Width).Select(_ => size * (0.5f + random.NextSingle()))];
    }
}
