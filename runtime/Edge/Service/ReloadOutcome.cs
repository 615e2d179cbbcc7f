namespace Edge.Service;

/// <summary>What a reload did.</summary>
/// <param name="Applied">Keys and bundles that changed and are in use now.</param>
/// <param name="NeedRestart">Keys that changed in the file and wait for a restart.</param>
/// <param name="Error">Why nothing was changed at all; null when the reload went through.</param>
internal sealed record ReloadOutcome(IReadOnlyList<string> Applied, IReadOnlyList<string> NeedRestart, string? Error);
