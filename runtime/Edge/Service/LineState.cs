namespace Edge.Service;

/// <summary>How the box is doing, for outputs, page and readiness.</summary>
/// <param name="Box">Its name.</param>
/// <param name="Ready">Whether parts will be inspected and kept.</param>
/// <param name="Reasons">Why not, in words.</param>
/// <param name="Warnings">What is wrong without keeping parts from being inspected: outputs that cannot deliver, a refused reload, drift.</param>
/// <param name="NeedRestart">Keys of the configuration that changed on disk and wait for a restart.</param>
/// <param name="Stations">Each station.</param>
internal sealed record LineState(
    string Box, bool Ready, IReadOnlyList<string> Reasons, IReadOnlyList<string> Warnings, IReadOnlyList<string> NeedRestart, IReadOnlyList<StationState> Stations);
