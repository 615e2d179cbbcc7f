using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Edge.Service;

/// <summary>Numbers inspections, growing across restarts and power cuts: the file says which numbers may have been given already.</summary>
internal sealed class InspectionCounter
{
    /// <summary>Numbers set aside at a time; as many are skipped at most after a power cut.</summary>
    private const long Block = 10_000;

    private readonly string path;
    private readonly ILogger log;
    private readonly Lock gate = new();
    private long last;
    private long reserved;

    /// <param name="folder">The state folder.</param>
    /// <param name="log">Told when the file cannot be written; numbers go on growing as long as the process lives.</param>
    /// <exception cref="Configuration.ConfigException">The file does not hold a number.</exception>
    public InspectionCounter(string folder, ILogger log)
    {
        (path, this.log) = (Path.Combine(folder, "last-inspection"), log);
        if (File.Exists(path) && !long.TryParse(File.ReadAllText(path).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out last))
            throw new Configuration.ConfigException($"{path}: does not hold a number; write the last inspection's number into it.");
        reserved = last;
        Reserve();
    }

    public long Next()
    {
        lock (gate)
        {
            if (++last > reserved)
                Reserve();
            return last;
        }
    }

    /// <summary>Notes the last number given, so that the next start goes on from there.</summary>
    public void Close()
    {
        lock (gate)
            Save(last);
    }

    private void Reserve()
    {
        reserved += Block;
        Save(reserved);
    }

    private void Save(long number)
    {
        try
        {
            StateFile.Write(path, number.ToString(CultureInfo.InvariantCulture) + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogError("{Path} cannot be written ({Reason}); after a restart, inspection numbers may repeat", path, e.Message);
        }
    }
}
