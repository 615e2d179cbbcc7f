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

    /// <summary>Groups below which there are none to hold out.</summary>
    private const int Fewest = 3;

    private const int FewestGroups = 8;
    private const int FewestInGroup = 3;

    /// <summary>The group of every picture, or null where there are none.</summary>
    /// <param name="pictures">The pictures.</param>
    /// <param name="rule">alike, auto, none, or a regular expression whose match in the name is the group.</param>
    /// <exception cref="ArgumentException">The expression is none, or a name does not match it.</exception>
    /// <exception cref="PictureException">There are too few groups to hold some out.</exception>
    public static IReadOnlyList<string>? Of(IReadOnlyList<TrainingPicture> pictures, string rule)
    {
        if (rule != Alike)
            return ByName([.. pictures.Select(p => Path.GetFileName(p.Path))], rule);
        var groups = AlikePictures.Groups(pictures);
        var count = groups.Distinct().Count();
        return count >= Fewest && count < pictures.Count ? [.. groups.Select(g => $"{g}")] : null;
    }

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
        return groups.Distinct().Count() >= Fewest
            ? groups
            : throw new PictureException($"--groups {rule} makes {groups.Distinct().Count()} groups of the pictures; at least {Fewest} are needed to train on some and hold others out.");
    }
}
