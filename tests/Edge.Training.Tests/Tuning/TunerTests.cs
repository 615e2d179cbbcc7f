using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Inspection;
using Edge.Training.Data;
using Edge.Training.Tuning;

namespace Edge.Training.Tests.Tuning;

public sealed class TunerTests
{
    private const int Side = 8, Pictures = 40;

    private static readonly Profile Start = new()
    {
        Reconstruction = new ReconstructionSettings { Sampler = new SamplerOptions { StartT = 100, Skip = 25, ConditionWeight = 2 } },
        Map = new MapSettings { Widths = [1] }, TopPixels = 4,
    };

    private readonly List<Profile> asked = [];

    [Fact]
    public void Reconstruction_OneWeightShowsDefects_KeepsItAndElseTheFirst()
    {
        var choices = new Tuner(Showing(p => p.Reconstruction!.Sampler.ConditionWeight == 4), 0.05, _ => { }).Reconstruction(Start, ["level0", "level1"], 300);

        Assert.Equal(["T'", "skip", "w", "s", "features"], choices.Select(choice => choice.Question));
        Assert.Equal(Start.Reconstruction!.Sampler with { ConditionWeight = 4 }, choices[^1].Chosen.Candidate.Profile.Reconstruction!.Sampler);
        Assert.Empty(choices[^1].Chosen.Candidate.Profile.Reconstruction!.Features);
        Assert.Equal(["w 2", "w 0", "w 1", "w 4"], choices[2].Outcomes.Select(outcome => outcome.Candidate.Changed));
    }

    [Fact]
    public void Reconstruction_AFeatureShowsDefects_AsksForItsWeight()
    {
        var choices = new Tuner(Showing(p => p.Reconstruction!.Features is ["level1"]), 0.05, _ => { }).Reconstruction(Start, ["level0", "level1"], 300);

        Assert.Equal("feature weight", choices[^1].Question);
        Assert.Equal(["level1"], choices[^1].Chosen.Candidate.Profile.Reconstruction!.Features);
        Assert.Equal([1, 0.1], choices[^1].Chosen.Candidate.Profile.Map.Weights);
    }

    [Fact]
    public void Reconstruction_FewTimesteps_StaysBelowThem()
    {
        new Tuner(Showing(_ => false), 0.05, _ => { }).Reconstruction(Start, [], 150);

        var samplers = asked.Select(p => p.Reconstruction!.Sampler).ToList();
        Assert.Equal([50, 100], samplers.Select(s => s.StartT).Distinct().Order());
        Assert.All(samplers, s => Assert.True(s.Skip <= s.StartT));
        Assert.Contains(samplers, s => s.Steps == 1);
    }

    [Fact]
    public void Reconstruction_StartBelowEveryOther_StaysThere()
    {
        var start = Start with { Reconstruction = new ReconstructionSettings { Sampler = new SamplerOptions { StartT = 19, Skip = 25 } } };

        Assert.Equal(19, new Tuner(Showing(_ => false), 0.05, _ => { }).Reconstruction(start, [], 20)[^1].Chosen.Candidate.Profile.Reconstruction!.Sampler.StartT);
    }

    [Theory]
    [InlineData(TScaleMode.Noised)]
    [InlineData(TScaleMode.Difference)]
    [InlineData(TScaleMode.Noiseless)]
    public void Mode_OneShowsDefects_KeepsIt(TScaleMode mode)
    {
        var scales = Start with { Reconstruction = null, TScales = new TScaleSettings { Timesteps = [25] } };

        Assert.Equal(mode, new Tuner(Showing(p => p.TScales!.Mode == mode), 0.05, _ => { }).Mode(scales)[^1].Chosen.Candidate.Profile.TScales!.Mode);
    }

    [Fact]
    public void Scales_NothingIsFound_TheLogOddsAreReadAsWell()
    {
        var start = Start with { Reconstruction = null, TScales = new TScaleSettings { Timesteps = [25] } };
        var joint = start with { TScales = new TScaleSettings { Timesteps = [25], Logit = true }, Map = new MapSettings { Widths = [1], Probability = new MapSettings { Widths = [2], TakeOut = false } } };

        var choices = new Tuner(Showing(_ => false), 0.05, _ => { }).Scales(start, joint, [25], aligned: false);

        Assert.True(choices[^1].Chosen.Candidate.Profile.TScales!.Logit);
        Assert.Equal(["T scales and log-odds", "t 25"], choices[0].Outcomes.Select(o => o.Candidate.Changed));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Scales_LogOddsToo_AreReadWhereTheyAloneShowDefects(bool onlyTogether)
    {
        var start = Start with { Reconstruction = null, TScales = new TScaleSettings { Timesteps = [25, 50] } };
        var joint = start with { TScales = new TScaleSettings { Timesteps = [100], Logit = true }, Map = new MapSettings { Widths = [1], Probability = new MapSettings { Widths = [2], TakeOut = false } } };

        var choices = new Tuner(Showing(p => p.TScales!.Logit == onlyTogether), 0.05, _ => { }).Scales(start, joint, [25, 50, 100], aligned: false);

        var chosen = choices[^1].Chosen.Candidate.Profile;
        Assert.Equal(onlyTogether, chosen.TScales!.Logit);
        if (onlyTogether)
            Assert.Equal([100], chosen.TScales.Timesteps);
        Assert.Equal(onlyTogether, chosen.Map.Probability is not null);
        Assert.Equal(["reading", .. onlyTogether ? Array.Empty<string>() : ["levels", "relative"], "sides", "zones", "widths", .. onlyTogether ? Array.Empty<string>() : ["aggregation"], "score"],
            choices.Select(choice => choice.Question));
    }

    /// <summary>Noise for every profile, and a bright square in the spoiled copies for those that show it.</summary>
    private Func<Profile, Trial> Showing(Func<Profile, bool> shows) => profile =>
    {
        asked.Add(profile);
        var random = new Random(1);
        return new Trial(Drawn(0), Drawn(shows(profile) ? 100 : 0), [.. Enumerable.Repeat(DefectKind.Spot, Pictures)]);

        List<Planes> Drawn(float defect) => [.. Enumerable.Range(0, Pictures).Select(_ => new Planes(Side, Side,
            [.. Enumerable.Range(0, profile.Planes * Side * Side).Select(i => random.NextSingle() + (i % Side < 3 && i / Side % Side < 3 ? defect : 0))]))];
    };
}
