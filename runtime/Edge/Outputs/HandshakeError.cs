namespace Edge.Outputs;

/// <summary>What went wrong in a handshake. The numbers are those of the Modbus register and stay as they are.</summary>
internal enum HandshakeError
{
    None = 0,

    /// <summary>The station took no part: its camera is down, or its parts do not begin with a trigger.</summary>
    StationNotReady = 1,

    /// <summary>A trigger came while Trigger Ready was off.</summary>
    TriggerNotReady = 2,

    /// <summary>The result was not acknowledged in time.</summary>
    AckTimeout = 3,

    /// <summary>An ack came without a result.</summary>
    AckWithoutResult = 4,

    /// <summary>The service is stopping.</summary>
    Stopping = 5,
}
