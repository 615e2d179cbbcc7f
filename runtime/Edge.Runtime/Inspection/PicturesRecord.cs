using System.Text.Json;

namespace Edge.Runtime.Inspection;

/// <summary>Which pictures a bundle was fitted and calibrated on: <c>BUNDLE.training/pictures.json</c>, which a training leaves beside it.</summary>
internal static class PicturesRecord
{
    /// <summary>Where a training keeps its state.</summary>
    /// <param name="bundle">The bundle's folder.</param>
    public static string FolderOf(string bundle) => bundle.TrimEnd('/') + ".training";

    /// <summary>The record's file.</summary>
    /// <param name="bundle">The bundle's folder.</param>
    public static string PathOf(string bundle) => Path.Combine(FolderOf(bundle), "pictures.json");

    /// <summary>Writes the record, with full paths.</summary>
    public static void Write(string bundle, CalibrationPictures pictures) => File.WriteAllText(PathOf(bundle), JsonSerializer.Serialize(pictures with
    {
        Fitting = Full(pictures.Fitting), Calibration = Full(pictures.Calibration), Seen = Full(pictures.Seen),
    }));

    /// <summary>Reads the record; null where there is none.</summary>
    /// <exception cref="PictureException">The file is damaged.</exception>
    public static CalibrationPictures? Read(string bundle)
    {
        var path = PathOf(bundle);
        if (!File.Exists(path))
            return null;
        try
        {
            return JsonSerializer.Deserialize<CalibrationPictures>(File.ReadAllText(path)) ?? throw new JsonException("null is no list of pictures");
        }
        catch (JsonException e)
        {
            throw new PictureException(
                $"{path}: is no record of calibration pictures ({e.Message.Split('\n')[0]}); copy the folder again, or train again.", e);
        }
    }

    private static string[] Full(IReadOnlyList<string> paths) => [.. paths.Select(Path.GetFullPath)];
}
