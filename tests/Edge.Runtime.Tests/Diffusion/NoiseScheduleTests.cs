using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Tests.Diffusion;

public class NoiseScheduleTests
{
    [Theory]
    [InlineData(0, .9999)]
    [InlineData(10, .9978065725)]
    [InlineData(25, .9909652131)]
    [InlineData(50, .9699514936)]
    [InlineData(100, .8951415909)]
    [InlineData(200, .6563470055)]
    [InlineData(225, .5886779959)]
    [InlineData(250, .5214230306)]
    [InlineData(500, .0777966584)]
    [InlineData(999, .0000403583)]
    public void Abar_LinearSchedule_MatchesPublishedValues(int t, double abar) => Assert.Equal(abar, new NoiseSchedule().Abar(t), 5e-11);

    [Theory]
    [InlineData(10, .0468, .047)]
    [InlineData(25, .0951, .0955)]
    [InlineData(50, .1733, .176)]
    [InlineData(100, .3238, .342)]
    [InlineData(150, .4627, .522)]
    [InlineData(200, .5862, .724)]
    [InlineData(250, .6918, .958)]
    [InlineData(400, .8980, 2.04)]
    public void Sigma_BothViews_MatchTheTable(int t, double noise, double sigma)
    {
        var schedule = new NoiseSchedule();

        Assert.Equal(noise, schedule.SqrtOneMinusAbar(t), 1e-4);
        Assert.Equal(sigma, schedule.Sigma(t), 5e-3);
        Assert.Equal(1, Math.Pow(schedule.SqrtAbar(t), 2) + Math.Pow(schedule.SqrtOneMinusAbar(t), 2), 1e-12);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1000)]
    public void Abar_OutsideTheSchedule_NamesTheRange(int t) =>
        Assert.Contains("0 to 999", Assert.Throws<ArgumentException>(() => new NoiseSchedule().Abar(t)).Message);

    [Fact]
    public void Constructor_BadParameters_NamesTheField()
    {
        Assert.Contains("beta_schedule", Assert.Throws<ArgumentException>(() => new NoiseSchedule(betaSchedule: "cosine")).Message);
        Assert.Contains("num_train_timesteps", Assert.Throws<ArgumentException>(() => new NoiseSchedule(1)).Message);
        Assert.Contains("beta_end", Assert.Throws<ArgumentException>(() => new NoiseSchedule(betaEnd: 1)).Message);
        Assert.Contains("beta_start", Assert.Throws<ArgumentException>(() => new NoiseSchedule(betaStart: double.NaN)).Message);
    }

    [Fact]
    public void Equals_SameParameters_AreEqual()
    {
        Assert.Equal(new NoiseSchedule(), new NoiseSchedule());
        Assert.NotEqual(new NoiseSchedule(), new NoiseSchedule(500));
    }
}
