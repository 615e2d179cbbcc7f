namespace Edge.Configuration;

/// <summary>Passwords and tokens come from files, never from arguments or the configuration itself.</summary>
internal static class SecretFile
{
    /// <summary>The file's first line.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">The key that names it, for messages.</param>
    /// <exception cref="ConfigException">It cannot be read or is empty.</exception>
    public static string Read(string path, string key)
    {
        try
        {
            return File.ReadLines(path).FirstOrDefault()?.Trim() is { Length: > 0 } secret
                ? secret
                : throw new ConfigException($"{path}: empty, but {key} names it; write the secret into its first line.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"{path}: cannot be read ({e.Message.ReplaceLineEndings(" ")}), but {key} names it.", e);
        }
    }
}
