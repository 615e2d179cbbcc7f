namespace Edge.Cameras;

/// <summary>What a control takes.</summary>
/// <param name="Minimum">The least value.</param>
/// <param name="Maximum">The greatest value.</param>
internal readonly record struct V4l2Control(int Minimum, int Maximum);
