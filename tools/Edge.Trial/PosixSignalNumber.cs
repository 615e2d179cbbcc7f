namespace Edge.Trial;

/// <summary>Signals by Linux's numbers.</summary>
internal enum PosixSignalNumber
{
    Hangup = 1,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}
