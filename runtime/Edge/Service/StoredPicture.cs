using System.Globalization;
using System.Text.RegularExpressions;

namespace Edge.Service;

/// <summary>A picture in the store: what is kept in memory of it, and which files belong to it.</summary>
/// <param name="Id">Number of the inspection; the order of eviction, whatever the clock did.</param>
/// <param name="Day">The day of its folder, UTC.</param>
/// <param name="Station">Its station, or what could be kept of the name in a file's.</param>
/// <param name="Bytes">Size of all its files.</param>
internal readonly partial record struct StoredPicture(long Id, DateOnly Day, string Station, long Bytes)
{
    public const string Sidecar = ".json";
    public const string Overlay = ".overlay.jpg";
    public const string Partial = ".partial";

    /// <summary>What a picture's own file may end in.</summary>
    public static readonly string[] Pictures = [".png", ".jpg"];

    /// <summary>Every file a picture may have, the sidecar first: without it the others are leftovers, which the next start removes.</summary>
    public static readonly string[] Endings = [Sidecar, Overlay, .. Pictures];

    private const string DayFormat = "yyyy-MM-dd";

    /// <summary>Its folder below its kind's.</summary>
    public string Folder => Day.ToString(DayFormat, CultureInfo.InvariantCulture);

    /// <summary>Its files' common name.</summary>
    public string Stem => string.Create(CultureInfo.InvariantCulture, $"{Station}-{Id}");

    public static StoredPicture Of(PartResult result, long bytes) =>
        new(result.Id, DateOnly.FromDateTime(result.Time.UtcDateTime), string.Intern(Unsafe().Replace(result.Station, "_")), bytes);

    /// <summary>The day a folder is of; null for a folder that is not the store's.</summary>
    public static DateOnly? DayOf(string folder) =>
        DateOnly.TryParseExact(folder, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    /// <summary>Takes a file's name apart; null for a file that is not the store's.</summary>
    public static (string Station, long Id, string Ending)? Parse(string file) =>
        FileName().Match(file) is { Success: true } match && long.TryParse(match.Groups[2].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? (string.Intern(match.Groups[1].Value), id, match.Groups[3].Value)
            : null;

    [GeneratedRegex("[^A-Za-z0-9_-]")]
    private static partial Regex Unsafe();

    [GeneratedRegex(@"^([A-Za-z0-9_-]*)-([0-9]+)((?:\.json|\.overlay\.jpg|\.png|\.jpg)(?:\.partial)?)$")]
    private static partial Regex FileName();
}
