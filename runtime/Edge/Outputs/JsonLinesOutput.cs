using Edge.Configuration;
using Edge.Runtime;
using Edge.Service;
using Microsoft.Extensions.Logging;

namespace Edge.Outputs;

/// <summary>
/// Results as lines of a file, or of standard output. A full file is set aside as FILE.1, the one before it as FILE.2 and so on. Each line
/// reaches the kernel in one piece before the next, so it survives the process, but the last ones not a power cut. While the disk is full, the
/// last thousand results wait.
/// </summary>
internal sealed class JsonLinesOutput(JsonLinesConfig config, OutputContext context) : QueuedOutput("json_lines", Capacity, LongestPause, context)
{
    private const int Capacity = 1000;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly long maxBytes = config.MaxMb * 1_000_000L;
    private Stream? output;

    /// <exception cref="ConfigException">The file cannot be written by this user, or its folder cannot be made.</exception>
    public override void Start(Line line)
    {
        try
        {
            output = Open();
        }
        catch (UnauthorizedAccessException e)
        {
            throw new ConfigException($"{config.Path}: cannot be written ({e.Message.ReplaceLineEndings(" ")}), but outputs.json_lines.path names it.", e);
        }
        catch (IOException)
        {
            // As with a full disk: inspection goes on, and the first result shows the fault.
        }
        base.Start(line);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (output is not null)
            await output.DisposeAsync();
    }

    protected override Task<Attempt> Try(PartResult result, CancellationToken stop)
    {
        try
        {
            Write([.. ResultJson.Bytes(result), (byte)'\n']);
            return Task.FromResult(new Attempt());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Task.FromResult(new Attempt(e.Message.Contains(config.Path) ? e.Message : $"{config.Path}: {e.Message}"));
        }
    }

    private void Write(byte[] line)
    {
        // Somebody who moves or deletes the file means that a new one shall begin.
        if (output is FileStream && !File.Exists(config.Path))
            Close();
        output ??= Open();
        if (output is not FileStream file)
        {
            output.Write(line);
            output.Flush();
            return;
        }
        if (file.Length > 0 && file.Length + line.Length > maxBytes)
        {
            Close();
            SetAside();
            output = file = Open() as FileStream ?? throw new IOException("is not a file");
        }
        var whole = file.Seek(0, SeekOrigin.End);
        try
        {
            file.Write(line);
        }
        catch (IOException)
        {
            // A full disk may have taken part of the line.
            file.SetLength(whole);
            throw;
        }
    }

    private Stream Open()
    {
        if (config.Path == "-")
            return Console.OpenStandardOutput();
        Directory.CreateDirectory(Path.GetDirectoryName(config.Path)!);
        var file = new FileStream(config.Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        try
        {
            if (file.Length > 0 && file.Seek(-1, SeekOrigin.End) >= 0 && file.ReadByte() != '\n')
            {
                file.WriteByte((byte)'\n');
                Log.LogWarning("{Path} ended in half a line, which was written when the process was killed", config.Path);
            }
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private void SetAside()
    {
        // Only up to the first gap, so that a renaming that was broken off goes on where it stopped.
        var last = 1;
        while (last < config.Keep && File.Exists(Aside(last)))
            last++;
        if (config.Keep == 0)
            File.Delete(config.Path);
        for (var n = Math.Min(last, config.Keep); n > 0; n--)
            File.Move(n == 1 ? config.Path : Aside(n - 1), Aside(n), overwrite: true);
    }

    private string Aside(int n) => $"{config.Path}.{n}";

    private void Close()
    {
        output?.Dispose();
        output = null;
    }
}
