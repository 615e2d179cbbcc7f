using System.Text.Json;

namespace Edge.Configuration;

/// <summary>How the file spells the names of the records, and which of them somebody may have meant.</summary>
internal static class ConfigNames
{
    public static string Of(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    /// <summary>"; did you mean x?" where one of the names is near enough, else the names there are.</summary>
    public static string Suggest(string given, IReadOnlyCollection<string> names)
    {
        var nearest = names.Where(name => Math.Abs(name.Length - given.Length) <= Math.Max(2, name.Length / 3))
            .Select(name => (Name: name, Distance: Distance(given.ToLowerInvariant().Replace('-', '_'), name)))
            .OrderBy(candidate => candidate.Distance).FirstOrDefault();
        return nearest.Name is not null && nearest.Distance <= Math.Max(2, nearest.Name.Length / 3)
            ? $"; did you mean '{nearest.Name}'?"
            : $"; there {(names.Count == 1 ? "is" : "are")} {string.Join(", ", names)}";
    }

    /// <summary>Edit distance (Levenshtein 1966) where two swapped neighbours count once.</summary>
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++)
            {
                d[i, j] = Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        return d[a.Length, b.Length];
    }
}
