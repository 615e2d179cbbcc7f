namespace Edge.Service;

/// <summary>Why a part got its answer. The numbers are those of the Modbus register and stay as they are.</summary>
internal enum ResultReason
{
    /// <summary>Inspected, score at most the threshold.</summary>
    Good = 1,

    /// <summary>Inspected, score above the threshold.</summary>
    Defect = 2,

    /// <summary>The deadline passed before the inspection was done.</summary>
    Late = 3,

    /// <summary>The deadline passed before the camera gave a picture.</summary>
    NoFrame = 4,

    /// <summary>More parts waited than may wait.</summary>
    Overrun = 5,

    /// <summary>The picture could not be inspected.</summary>
    Error = 6,

    /// <summary>The service stopped before the part could be inspected.</summary>
    Stopped = 7,

    /// <summary>Inspected, and unlike any good picture: too dark, blurred, another product.</summary>
    Unlike = 8,
}
