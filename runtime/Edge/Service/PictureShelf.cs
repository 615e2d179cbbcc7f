namespace Edge.Service;

/// <summary>The pictures of one kind on the disk, with an index in memory so that the folder is read only once.</summary>
/// <param name="root">The kind's folder.</param>
internal sealed class PictureShelf(string root)
{
    private readonly PriorityQueue<StoredPicture, long> pictures = new();

    public int Count => pictures.Count;

    public long Bytes { get; private set; }

    /// <summary>The day of the oldest picture; null where there is none.</summary>
    public DateOnly? OldestDay => pictures.TryPeek(out var oldest, out _) ? oldest.Day : null;

    /// <summary>Reads the folder and removes what a sudden end left there: half-written files, and pictures that are not whole because their sidecar is
    /// missing. Files that are not the store's stay.</summary>
    /// <returns>Files removed.</returns>
    /// <exception cref="IOException">The folder cannot be read or cleaned.</exception>
    public int Scan()
    {
        pictures.Clear();
        Bytes = 0;
        var removed = 0;
        Directory.CreateDirectory(root);
        foreach (var folder in new DirectoryInfo(root).EnumerateDirectories())
            if (StoredPicture.DayOf(folder.Name) is { } day)
            {
                removed += Scan(folder, day);
                RemoveIfEmpty(folder.FullName);
            }
        return removed;
    }

    /// <summary>Writes a picture's files: each beside its place and then renamed, the sidecar last, so that a picture with a sidecar is whole.</summary>
    /// <param name="picture">What it is.</param>
    /// <param name="files">Contents by ending, the picture first and the sidecar last.</param>
    /// <exception cref="IOException">The disk is full or failing; nothing is left behind.</exception>
    public void Write(StoredPicture picture, IReadOnlyList<(string Ending, byte[] Content)> files)
    {
        var folder = Path.Combine(root, picture.Folder);
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var (ending, content) in files)
            {
                var path = Path.Combine(folder, picture.Stem + ending);
                using (var file = new FileStream(path + StoredPicture.Partial, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
                {
                    file.Write(content);
                    // A sidecar is too small to be half there after a power cut, and the picture before it is on the disk.
                    if (ending != StoredPicture.Sidecar)
                        file.Flush(flushToDisk: true);
                }
                File.Move(path + StoredPicture.Partial, path, overwrite: true);
            }
        }
        catch
        {
            TryRemove(folder, picture.Stem);
            throw;
        }
        pictures.Enqueue(picture, picture.Id);
        Bytes += picture.Bytes;
    }

    /// <summary>Removes the oldest picture.</summary>
    /// <returns>False when there is none.</returns>
    /// <exception cref="IOException">It cannot be removed, and stays in the index.</exception>
    public bool Evict()
    {
        if (!pictures.TryPeek(out var oldest, out _))
            return false;
        var folder = Path.Combine(root, oldest.Folder);
        if (Directory.Exists(folder))
            foreach (var ending in StoredPicture.Endings)
                File.Delete(Path.Combine(folder, oldest.Stem + ending));
        pictures.Dequeue();
        Bytes -= oldest.Bytes;
        if (OldestDay != oldest.Day)
            RemoveIfEmpty(folder);
        return true;
    }

    private int Scan(DirectoryInfo folder, DateOnly day)
    {
        var removed = 0;
        var files = folder.EnumerateFiles().Select(file => (File: file, Name: StoredPicture.Parse(file.Name))).Where(file => file.Name is not null);
        foreach (var group in files.GroupBy(file => (file.Name!.Value.Station, file.Name.Value.Id)))
        {
            var whole = group.Any(file => IsWhole(file.File, [StoredPicture.Sidecar])) && group.Any(file => IsWhole(file.File, StoredPicture.Pictures));
            long bytes = 0;
            foreach (var (file, name) in group)
                if (whole && file.Length > 0 && !name!.Value.Ending.EndsWith(StoredPicture.Partial, StringComparison.Ordinal))
                    bytes += file.Length;
                else
                {
                    file.Delete();
                    removed++;
                }
            if (!whole)
                continue;
            pictures.Enqueue(new StoredPicture(group.Key.Id, day, group.Key.Station, bytes), group.Key.Id);
            Bytes += bytes;
        }
        return removed;

        // After a power cut a file may be there and empty.
        static bool IsWhole(FileInfo file, string[] endings) => file.Length > 0 && endings.Contains(StoredPicture.Parse(file.Name)!.Value.Ending);
    }

    private static void TryRemove(string folder, string stem)
    {
        try
        {
            foreach (var ending in StoredPicture.Endings)
            {
                File.Delete(Path.Combine(folder, stem + ending));
                File.Delete(Path.Combine(folder, stem + ending + StoredPicture.Partial));
            }
            RemoveIfEmpty(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What broke the writing is the fault to report; the next start removes what is left.
        }
    }

    private static void RemoveIfEmpty(string folder)
    {
        if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
            Directory.Delete(folder);
    }
}
