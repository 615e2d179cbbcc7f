namespace Edge.Fuzz;

/// <summary>Something that reads what others wrote.</summary>
internal interface IFuzzTarget : IDisposable
{
    /// <summary>Sound inputs, to be damaged.</summary>
    IReadOnlyList<byte[]> Seeds { get; }

    /// <summary>Whether they are text.</summary>
    bool IsText { get; }

    /// <summary>True when the input was accepted, false when it was refused. Every exception but <see cref="Runtime.EdgeException"/>, which refuses, is a crash.</summary>
    bool Try(byte[] input);
}
