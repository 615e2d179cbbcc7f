using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Tests.Diffusion;

/// <summary>The exact denoiser of data drawn from N(mean, deviation^2), value by value; counts what it is asked.</summary>
internal sealed class GaussianDenoiser(NoiseSchedule schedule, double mean = 0, double deviation = 0.1) : IDenoiser
{
    public int Channels => 1;

    public int SizeMultiple => 1;

    public int Evaluations { get; private set; }

    public void Predict(ReadOnlySpan<float> x, ReadOnlySpan<float> t, PictureShape shape, Span<float> eps)
    {
        Evaluations++;
        for (var i = 0; i < x.Length; i++)
            eps[i] = (float)Eps(schedule, x[i], (int)t[i / shape.Length], mean, deviation);
    }

    public static double Eps(NoiseSchedule schedule, double x, int t, double mean = 0, double deviation = 0.1)
    {
        var abar = schedule.Abar(t);
        return Math.Sqrt(1 - abar) * (x - Math.Sqrt(abar) * mean) / (abar * deviation * deviation + 1 - abar);
    }
}
