namespace Edge.CommandLine;

/// <summary>What was fastest for one profile on one machine.</summary>
internal sealed record ProfileTuning
{
    /// <summary>Threads of one network evaluation, 1 or more.</summary>
    public int Threads { get; init; }

    /// <summary>Whether idle threads wait actively.</summary>
    public bool Spinning { get; init; }

    /// <summary>Milliseconds of an inspection so, as measured: half of them took less.</summary>
    public double P50Ms { get; init; }
}
