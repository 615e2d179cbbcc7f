namespace Edge.Configuration;

/// <summary>What makes a part.</summary>
internal enum TriggerMode
{
    /// <summary>The newest picture, whenever the last inspection is done.</summary>
    FreeRun,

    /// <summary>A picture at a fixed rate.</summary>
    Rate,

    /// <summary>Every picture the camera gives.</summary>
    Camera,

    /// <summary>A trigger by Modbus, MQTT or HTTP, answered with the first picture taken after it.</summary>
    External,
}
