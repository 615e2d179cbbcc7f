using System.Collections.Concurrent;

namespace Edge.Cameras;

/// <summary>Which files of a watched folder were taken, kept from one opening of the folder to the next so that none is taken twice.</summary>
internal sealed class FolderMemory
{
    /// <summary>Names of files that are gone, which stay known for the case that they come back: a network drive may be away for a while.</summary>
    private const int MostGone = 10_000;

    private readonly ConcurrentDictionary<string, (long Size, DateTime Written)> taken = new();

    /// <summary>Who may take files. An earlier opening whose call returns late must not.</summary>
    public FolderCamera? Owner { get; set; }

    /// <summary>Whether the files of the start have been looked at.</summary>
    public bool Begun { get; set; }

    public bool Has(string name, (long Size, DateTime Written) version) => taken.TryGetValue(name, out var known) && known == version;

    public void Add(string name, (long Size, DateTime Written) version) => taken[name] = version;

    /// <summary>Forgets a file that was deleted or moved on purpose: another of its name is another part.</summary>
    public void Remove(string name) => taken.TryRemove(name, out _);

    /// <summary>Forgets files that are gone, once they are many.</summary>
    public void Prune(Func<string, bool> isPresent, int present)
    {
        if (taken.Count <= present + MostGone)
            return;
        foreach (var name in taken.Keys)
            if (!isPresent(name))
                taken.TryRemove(name, out _);
    }
}
