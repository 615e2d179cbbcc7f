namespace Edge.Outputs;

/// <summary>What came of one attempt to deliver a result.</summary>
/// <param name="Fault">Why it was not delivered; null when it was.</param>
/// <param name="Final">Whether another attempt would end the same way: then the result is dropped, and counted.</param>
/// <param name="RetryAfter">How long the receiver wants to be left alone; null where it did not say.</param>
internal readonly record struct Attempt(string? Fault = null, bool Final = false, TimeSpan? RetryAfter = null);
