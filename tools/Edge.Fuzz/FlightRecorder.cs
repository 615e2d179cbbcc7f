using System.IO.MemoryMappedFiles;

namespace Edge.Fuzz;

/// <summary>What a worker is doing, in memory both processes share: it outlives the worker, however that ends.</summary>
internal sealed class FlightRecorder(string path) : IDisposable
{
    private const int IndexAt = 0, StartedAt = 8, AcceptedAt = 16, RefusedAt = 24, CrashedAt = 32, LengthAt = 40, DataAt = 64;

    private readonly MemoryMappedFile file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, DataAt + Mutator.MaxLength);
    private MemoryMappedViewAccessor? view;

    private MemoryMappedViewAccessor View => view ??= file.CreateViewAccessor();

    /// <summary>Number of the input in hand, or of the next.</summary>
    public long Index
    {
        get => View.ReadInt64(IndexAt);
        set => View.Write(IndexAt, value);
    }

    /// <summary>When the input in hand was begun, by <see cref="Environment.TickCount64"/>; 0 between inputs.</summary>
    public long Started
    {
        get => View.ReadInt64(StartedAt);
        set => View.Write(StartedAt, value);
    }

    public long Accepted
    {
        get => View.ReadInt64(AcceptedAt);
        set => View.Write(AcceptedAt, value);
    }

    public long Refused
    {
        get => View.ReadInt64(RefusedAt);
        set => View.Write(RefusedAt, value);
    }

    public long Crashed
    {
        get => View.ReadInt64(CrashedAt);
        set => View.Write(CrashedAt, value);
    }

    public byte[] Input
    {
        get
        {
            var input = new byte[View.ReadInt32(LengthAt)];
            View.ReadArray(DataAt, input, 0, input.Length);
            return input;
        }
        set
        {
            View.Write(LengthAt, value.Length);
            View.WriteArray(DataAt, value, 0, value.Length);
        }
    }

    public void Dispose()
    {
        view?.Dispose();
        file.Dispose();
    }
}
