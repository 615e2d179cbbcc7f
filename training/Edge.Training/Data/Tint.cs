using Edge.Training.Learning;

namespace Edge.Training.Data;

/// <summary>How strongly, and in which direction, a defect changes each channel: half of those in colour are brighter or darker, half change the hue.</summary>
internal static class Tint
{
    /// <summary>Draws a factor per channel, in [-1, 1]. The strongest channel has 1 or -1, so that a tinted change is as strong as an untinted one.</summary>
    /// <param name="channels">1 draws nothing and gives 1.</param>
    /// <param name="draws">Decides the tint.</param>
    public static float[] Draw(int channels, ref Draws draws)
    {
        var tint = new float[channels];
        Array.Fill(tint, 1);
        if (channels == 1 || draws.Below(2) == 0)
            return tint;
        foreach (ref var factor in tint.AsSpan())
            factor = (float)(2 * draws.Unit() - 1);
        var largest = Math.Max(1e-3f, tint.Max(Math.Abs));
        foreach (ref var factor in tint.AsSpan())
            factor /= largest;
        return tint;
    }
}
