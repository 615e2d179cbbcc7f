using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Inspection;

/// <summary>
/// What the network says of some pictures, for one profile after the other. A noiseless level says the same whatever is read beside it, and so do the log-odds:
/// each is asked for once and kept, 4 bytes a pixel. Of everything else the last answer is kept, for profiles that differ in map and score alone.
/// </summary>
/// <param name="measure">Asks the network, of every picture, for what a profile reads.</param>
internal sealed class PlaneReader(Func<Profile, Planes[]> measure)
{
    /// <summary>Stands for the log-odds among the levels, behind all of them as in a measurement.</summary>
    private const int LogOdds = int.MaxValue;

    private readonly Dictionary<(Precision Precision, int Level), (Planes[] Pictures, int Index)> known = [];
    private Profile? asked;
    private Planes[] answer = [];

    /// <summary>The planes that a profile reads, of every picture.</summary>
    public Planes[] Read(Profile profile)
    {
        if (profile.TScales is { Mode: TScaleMode.Noiseless } scales)
            return Levels(profile, scales);
        if (asked is null || asked.TScales != profile.TScales || asked.Reconstruction != profile.Reconstruction || asked.Precision != profile.Precision || asked.Seed != profile.Seed)
            (asked, answer) = (profile, measure(profile));
        return answer;
    }

    private Planes[] Levels(Profile profile, TScaleSettings scales)
    {
        int[] levels = [.. scales.Timesteps, .. scales.Logit ? (int[])[LogOdds] : []];
        int[] unknown = [.. levels.Where(level => !known.ContainsKey((profile.Precision, level)))];
        if (unknown.Length > 0)
        {
            var measured = measure(profile with { TScales = scales with { Timesteps = [.. unknown.Where(level => level != LogOdds)], Logit = unknown.Contains(LogOdds) } });
            for (var k = 0; k < unknown.Length; k++)
                known[(profile.Precision, unknown[k])] = (measured, k);
        }
        (Planes[] Pictures, int Index)[] sources = [.. levels.Select(level => known[(profile.Precision, level)])];
        return [.. Enumerable.Range(0, sources[0].Pictures.Length).Select(i => Planes.Of([.. sources.Select(s => (s.Pictures[i], s.Index))]))];
    }
}
