namespace Edge.Trial;

/// <summary>What one fault did.</summary>
/// <param name="Fault">What was broken.</param>
/// <param name="Seen">What /readyz said meanwhile.</param>
/// <param name="Recovery">Seconds from mending to the first part that was inspected, or to the end of the warning; null where nothing stopped.</param>
/// <param name="Count">What became of the parts.</param>
/// <param name="Lost">Parts nobody knows of, or results that reached nobody; must be 0.</param>
/// <param name="Note">What else was checked.</param>
internal sealed record FaultRow(string Fault, string Seen, double? Recovery, PartCount Count, long Lost, string Note);
