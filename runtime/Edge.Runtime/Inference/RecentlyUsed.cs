using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Inference;

/// <summary>
/// What was made for the last few batch shapes. So pictures of a few sizes in turn allocate nothing after the first of each. Not thread-safe.
/// </summary>
/// <param name="make">Makes it for so many pictures of a shape.</param>
internal sealed class RecentlyUsed<T>(Func<int, PictureShape, T> make) : IDisposable where T : IDisposable
{
    /// <summary>Two sizes of pictures, each read as a batch of levels and alone.</summary>
    private const int Kept = 4;

    // The last entry was used last.
    private readonly List<(int Pictures, PictureShape Shape, T Value)> entries = new(Kept);

    /// <summary>The one for so many pictures of a shape. It belongs to this cache.</summary>
    public T For(int pictures, PictureShape shape)
    {
        for (var i = entries.Count - 1; i >= 0; i--)
            if (entries[i].Pictures == pictures && entries[i].Shape == shape)
            {
                var found = entries[i];
                entries.RemoveAt(i);
                entries.Add(found);
                return found.Value;
            }
        if (entries.Count == Kept)
        {
            // First out of the list: what is disposed of is never found again, even if making the next one fails.
            var oldest = entries[0].Value;
            entries.RemoveAt(0);
            oldest.Dispose();
        }
        entries.Add((pictures, shape, make(pictures, shape)));
        return entries[^1].Value;
    }

    public void Dispose()
    {
        foreach (var entry in entries)
            entry.Value.Dispose();
        entries.Clear();
    }
}
