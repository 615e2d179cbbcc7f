namespace Edge.Service;

/// <summary>Small files that must be whole after a power cut: written beside, flushed to the disk, then renamed.</summary>
internal static class StateFile
{
    public static void Write(string path, string text)
    {
        var beside = path + ".partial";
        using (var file = new FileStream(beside, FileMode.Create, FileAccess.Write))
        {
            file.Write(System.Text.Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
        }
        File.Move(beside, path, overwrite: true);
    }
}
