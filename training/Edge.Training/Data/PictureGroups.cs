using System.Text.RegularExpressions;
using Edge.Runtime;

namespace Edge.Training.Data;

/// <summary>
/// Which pictures are of one roll, part or shift. Such pictures resemble each other more than the next roll's, so a threshold taken from
/// pictures of rolls that were trained on promises nothing for a new one: what is held out must be whole groups.
/// </summary>
internal static class PictureGroups
{
    /// <summary>By what stands before the first '_', '-' or blank of a file's name, where that makes groups; else every picture is on its own.</summary>
    public const string Auto = "auto";

    /// <summary>By what the pictures show: <see cref="AlikePictures"/>.</summary>
    public const string Alike = "alike";

    /// <summary>Every picture is on its own.</summary>
    public const string None = "none";

    private const int FewestGroups = 8;
    private const int FewestInGroup = 3;

    /// <summary>The group of every picture, numbered. Files of the same content are always in one group, whatever the rule.</summary>
    /// <param name="pictures">The pictures.</param>
    /// <param name="rule">alike, auto, none, or a regular expression whose match in the name is the group.</param>
    /// <exception cref="ArgumentException">The expression is none, or a name does not match it.</exception>
    public static IReadOnlyList<int> Of(IReadOnlyList<TrainingPicture> pictures, string rule)
    {
        int[] groups;
        if (rule == Alike)
            groups = AlikePictures.Groups(pictures);
        else
        {
            var names = ByName([.. pictures.Select(p => Path.GetFileName(p.Path))], rule);
            var numbers = names?.Distinct().Index().ToDictionary(name => name.Item, name => name.Index);
            groups = [.. Enumerable.Range(0, pictures.Count).Select(i => numbers is null ? i : numbers[names![i]])];
        }
        foreach (var copies in Enumerable.Range(0, groups.Length).Where(i => pictures[i].Sha256 != "").GroupBy(i => pictures[i].Sha256).Where(same => same.Count() > 1))
        {
            var first = groups[copies.First()];
            foreach (var other in copies.Select(i => groups[i]).Distinct().ToArray())
                for (var i = 0; i < groups.Length; i++)
                    groups[i] = groups[i] == other ? first : groups[i];
        }
        return groups;
    }

    /// <summary>The group of every name, or null where there are none.</summary>
    /// <inheritdoc cref="Of"/>
    internal static IReadOnlyList<string>? ByName(IReadOnlyList<string> names, string rule)
    {
        if (rule == None)
            return null;
        if (rule == Auto)
        {
            string[] prefixes = [.. names.Select(n => n[..Math.Max(0, n.IndexOfAny(['_', '-', ' ']))])];
            var sizes = prefixes.CountBy(p => p).ToList();
            return prefixes.All(p => p != "") && sizes.Count >= FewestGroups && sizes.All(s => s.Value >= FewestInGroup) ? prefixes : null;
        }

        Regex expression;
        try
        {
            expression = new Regex(rule, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (RegexParseException fault)
        {
            throw new ArgumentException($"--groups {rule} is neither alike, auto, none nor a regular expression: {fault.Message}");
        }
        string[] groups = [.. names.Select(n => expression.Match(n) is { Success: true } match
            ? match.Value
            : throw new ArgumentException($"--groups {rule} finds nothing in the name {n}; every picture must belong to a group."))];
        return groups;
    }
}
