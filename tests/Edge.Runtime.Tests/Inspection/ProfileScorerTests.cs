using Edge.Runtime.Bundles;
using Edge.Runtime.Inspection;
using Edge.Runtime.Scoring;
using Edge.Runtime.Tests.Scoring;

namespace Edge.Runtime.Tests.Inspection;

public class ProfileScorerTests
{
    private const int Side = 32;

    [Fact]
    public void Score_TwoReadings_IsTheRarerScore_AndTheMapAddsUpToIt()
    {
        var settings = new MapSettings { Widths = [1.5, 4], TopPixels = 10 };
        var profile = new Profile
        {
            Readings =
            [
                new Reading { TScales = new TScaleSettings { Timesteps = [25] }, Map = settings },
                new Reading { LogOdds = true, Map = settings with { Relative = false, Suppress = false } },
            ],
        };
        var fitted = ProfileScorer.Fit(profile, 1, [.. Enumerable.Range(0, 8).Select(i => (Planes(i), new float[3]))], [], null).Profile;
        var scorer = new ProfileScorer(fitted, 1);
        // The first plane is anomalous in one corner, the second in another.
        var picture = Planes(100);
        for (var y = 0; y < 4; y++)
            for (var x = 0; x < 4; x++)
            {
                picture.Values[(4 + y) * Side + 4 + x] *= 6;
                picture.Values[Side * Side + (20 + y) * Side + 20 + x] *= 9;
            }

        var score = scorer.Score(picture.Values, Side, Side, null);

        float[] first = new float[Side * Side], second = new float[Side * Side];
        var ofFirst = OnCommonScale(fitted.Readings[0], picture.Plane(0), first);
        var ofSecond = OnCommonScale(fitted.Readings[1], picture.Plane(1), second);
        Assert.Equal(Math.Max(ofFirst, ofSecond), score);
        Assert.Equal(ofFirst > ofSecond ? 0 : 1, scorer.Decider);
        // The map is the sum of both, scaled so that the mean of its ten highest pixels is the score.
        float[] sum = [.. first.Zip(second, (a, b) => a + b)];
        var highest = sum.OrderDescending().Take(10).Average();
        Assert.All(Enumerable.Range(0, sum.Length), i => Assert.Equal(sum[i] * score / highest, scorer.Map[i], 1e-5));
        Assert.Contains(Enumerable.Range(0, first.Length), i => first[i] > second[i] + 0.3f);
        Assert.Contains(Enumerable.Range(0, first.Length), i => second[i] > first[i] + 0.3f);
    }

    private static float OnCommonScale(Reading reading, ReadOnlySpan<float> plane, float[] map)
    {
        var score = new AnomalyMapper(reading).Map(plane, Side, Side, null, map);
        ScoreTails.Apply(reading.Constants.Tail, map);
        return ScoreTails.Of(reading.Constants.Tail, score);
    }

    private static PicturePlanes Planes(int seed) => new(Side, Side, new Lcg((ulong)seed).Units(2 * Side * Side));
}
