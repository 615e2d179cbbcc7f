namespace Edge.Trial;

/// <summary>What a stream does wrong.</summary>
internal enum StreamFault
{
    None,

    /// <summary>The connection stays, nothing comes.</summary>
    Hang,

    /// <summary>What comes is no picture.</summary>
    Garble,

    /// <summary>Connections end at once.</summary>
    Refuse,
}
