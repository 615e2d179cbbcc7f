namespace Edge.Service;

/// <summary>What became of a trigger.</summary>
/// <param name="Id">The inspection's number; its result will carry it. 0 where the trigger was refused.</param>
/// <param name="Refusal">Why it was refused; null where it was not.</param>
/// <param name="Stopping">Whether it was refused because the service is stopping.</param>
internal readonly record struct TriggerOutcome(long Id, string? Refusal, bool Stopping = false)
{
    public bool Accepted => Refusal is null;
}
