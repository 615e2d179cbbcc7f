using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Inspection;

/// <summary>The sources that several profiles of one precision need together, so that no level of a picture is evaluated twice.</summary>
internal sealed class PlanePlan
{
    private readonly Dictionary<Reading, int[]> planes = new(ReferenceEqualityComparer.Instance);
    private readonly List<IPlaneSource> sources = [];
    private readonly Precision precision;
    private readonly NetworkUse networks;

    /// <param name="profiles">The profiles.</param>
    /// <param name="precision">What they run in.</param>
    /// <param name="networks">Run them.</param>
    public PlanePlan(IReadOnlyList<Profile> profiles, Precision precision, NetworkUse networks)
    {
        (this.precision, this.networks) = (precision, networks);
        Reading[] noiseless = [.. profiles.SelectMany(p => p.Readings).Where(r => r.TScales is { Mode: TScaleMode.Noiseless })];
        if (noiseless.Length > 0)
        {
            // Without noise a level says the same whatever else is read, and the seed is of no effect.
            var levels = new TScaleSettings { Timesteps = [.. noiseless.SelectMany(r => r.TScales!.Timesteps).Distinct().Order()] };
            Add(new Reading { TScales = levels }, profiles[0]);
            foreach (var reading in noiseless)
                planes[reading] = [.. reading.TScales!.Timesteps.Select(t => levels.Timesteps.IndexOf(t))];
        }
        var single = new Dictionary<string, int[]>();
        foreach (var profile in profiles)
            foreach (var reading in profile.Readings.Where(r => !planes.ContainsKey(r)))
                if (!reading.LogOdds && !reading.Memory)
                    planes[reading] = Add(reading, profile);
                else if (single.TryGetValue(reading.Name, out var known))
                    planes[reading] = known;
                else
                    planes[reading] = single[reading.Name] = Add(reading, profile);
    }

    public IReadOnlyList<IPlaneSource> Sources => sources;

    /// <summary>Numbers of the planes that a profile reads, in the order of its readings.</summary>
    public int[] PlanesOf(Profile profile) => [.. profile.Readings.SelectMany(reading => planes[reading])];

    private int[] Add(Reading reading, Profile profile)
    {
        var first = sources.Sum(source => source.Planes.Count);
        sources.Add(networks.Source(reading, profile, precision));
        return [.. Enumerable.Range(first, sources[^1].Planes.Count)];
    }
}
