namespace Edge.Outputs;

/// <summary>Where a handshake stands.</summary>
internal enum HandshakeState
{
    /// <summary>A trigger may come.</summary>
    Ready,

    /// <summary>A part is being inspected.</summary>
    Busy,

    /// <summary>Its result waits to be acknowledged.</summary>
    ResultReady,

    /// <summary>Acknowledged or cleared; trigger and ack have yet to go low.</summary>
    AwaitRelease,

    /// <summary>Something went wrong; waits to be cleared.</summary>
    Error,
}
