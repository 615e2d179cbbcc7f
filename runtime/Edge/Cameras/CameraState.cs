namespace Edge.Cameras;

/// <summary>How a camera is doing.</summary>
/// <param name="Up">Whether pictures come, or would if there were any.</param>
/// <param name="Ended">Whether it has given its last picture (a file).</param>
/// <param name="Since">When this began.</param>
/// <param name="Frames">Pictures so far.</param>
/// <param name="Reopens">How often it had to be opened again.</param>
/// <param name="Error">The last fault; null when it is up.</param>
internal sealed record CameraState(bool Up, bool Ended, DateTimeOffset Since, long Frames, int Reopens, string? Error);
