using Edge.Features;
using Edge.Training.Data;

namespace Edge.Training.Commands;

/// <summary>Says that pictures look like two products. Frozen features tell, before anything is trained.</summary>
internal static class ProductNote
{
    /// <summary>Pictures that are looked at, at most: about five seconds of two cores.</summary>
    private const int MostPictures = 200;

    private const int MostNames = 3;

    /// <summary>One line on what the pictures look like, where they look like two products; else none.</summary>
    /// <param name="pictures">Good pictures of one number of channels.</param>
    /// <param name="stop">Stops between two pictures.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static IEnumerable<string> Of(IReadOnlyList<TrainingPicture> pictures, CancellationToken stop)
    {
        if (pictures.Count < TwoClusters.Fewest)
            return [];
        TrainingPicture[] named = [.. pictures.OrderBy(picture => picture.Path, StringComparer.Ordinal)];
        var count = Math.Min(MostPictures, named.Length);
        TrainingPicture[] seen = [.. Enumerable.Range(0, count).Select(i => named[(int)((long)i * named.Length / count)])];
        using var descriptions = new PictureDescriptions(Backbone.Packaged(), seen[0].Shape.Channels);
        var smaller = TwoClusters.Smaller([.. seen.Select(picture =>
        {
            stop.ThrowIfCancellationRequested();
            return descriptions.Of(picture.Values, picture.Shape);
        })]);
        if (smaller.Count == 0)
            return [];
        var names = string.Join(", ", smaller.Take(MostNames).Select(i => Path.GetFileName(seen[i].Path)));
        var more = smaller.Count > MostNames ? ", ..." : "";
        return [$"The pictures look like two products: of {count} looked at, {count - smaller.Count} are of one kind and {smaller.Count} of another "
            + $"({names}{more}). If they are, train a bundle for each. If all are the same product, go on."];
    }
}
