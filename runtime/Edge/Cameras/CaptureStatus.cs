namespace Edge.Cameras;

/// <summary>What came of waiting for a picture.</summary>
internal enum CaptureStatus
{
    /// <summary>A new picture is in the buffer.</summary>
    Captured,

    /// <summary>None came in time; the camera may well be alive (a folder without new files, a trigger that has not come).</summary>
    Nothing,

    /// <summary>A picture was taken, but parts of it were lost on the way; it was thrown away.</summary>
    Incomplete,

    /// <summary>There will be no more: a file that ended.</summary>
    Ended,
}
