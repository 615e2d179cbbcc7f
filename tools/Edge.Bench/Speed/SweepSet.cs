using System.Globalization;
using Edge.Runtime.Bundles;

namespace Edge.Bench.Speed;

/// <summary>What a sweep reads of a picture.</summary>
/// <param name="Levels">Timesteps of T scales, ascending; none where the log-odds stand alone.</param>
/// <param name="LogOdds">Whether the log-odds are read as well, from a network of their own.</param>
internal sealed record SweepSet(int[] Levels, bool LogOdds = false)
{
    /// <summary>The word for the log-odds in names and on the command line.</summary>
    public const string LogOddsWord = "log-odds";

    /// <summary>Evaluations it takes at most: levels and log-odds.</summary>
    public const int Most = 5;

    /// <summary>Names it, and its profile: <c>25-50</c>, <c>log-odds</c>, <c>log-odds-100</c>.</summary>
    public string Name => string.Join('-', Words);

    private IEnumerable<string> Words => Levels.Select(t => t.ToString(CultureInfo.InvariantCulture)).Prepend(LogOddsWord).Skip(LogOdds ? 0 : 1);

    /// <summary>Every set of one to five levels, the small sets first, each ascending; then the log-odds alone and with each level.</summary>
    /// <param name="levels">Ascending.</param>
    /// <param name="logOdds">Whether the log-odds may be read.</param>
    public static IEnumerable<SweepSet> All(int[] levels, bool logOdds) =>
        [.. Enumerable.Range(1, (1 << levels.Length) - 1)
            .Select(bits => new SweepSet([.. levels.Where((_, i) => (bits >> i & 1) != 0)]))
            .Where(set => set.Levels.Length <= Most)
            .OrderBy(set => set.Levels.Length).ThenBy(set => string.Join(' ', set.Levels.Select(t => t.ToString("0000", CultureInfo.InvariantCulture))), StringComparer.Ordinal),
            .. logOdds ? (SweepSet[])[new([], true)] : [], .. logOdds ? levels.Select(t => new SweepSet([t], true)) : []];

    /// <summary>Reads <c>25 50</c> or <c>log-odds 100</c>; null where it is neither, names a level twice or takes more than five evaluations.</summary>
    public static SweepSet? Parse(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var levels = new SortedSet<int>();
        foreach (var word in words)
            if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var t))
                levels.Add(t);
        // What is neither a level nor the one word for the log-odds is too much.
        var logOdds = words.Contains(LogOddsWord);
        return words.Length is 0 or > Most || levels.Count + (logOdds ? 1 : 0) < words.Length ? null : new SweepSet([.. levels], logOdds);
    }

    /// <summary>Whether a profile reads the same.</summary>
    public bool Is(Profile profile) => profile.Readings.Any(r => r.LogOdds) == LogOdds && profile.Readings.All(r => r.Reconstruction is null && !r.Memory)
        && (profile.Readings.FirstOrDefault(r => r.TScales is not null)?.TScales!.Timesteps ?? []).SequenceEqual(Levels);
}
