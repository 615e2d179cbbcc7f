using Edge.Service;

namespace Edge.Outputs;

/// <summary>
/// A station's side of the handshake with a PLC, without a transport. Not thread-safe. A signal acts when it rises.
/// <code>
/// state         what happens                    then
/// Ready         trigger, the station takes it   Busy
/// Ready         trigger, the station refuses    Error 1, or 5 while it stops
/// Ready         ack                             Error 4
/// Ready         the service stops               Error 5
/// Busy          the result comes                ResultReady
/// Busy          trigger                         Error 2; the inspection goes on
/// Busy          ack                             Error 4; the inspection goes on
/// ResultReady   ack                             AwaitRelease
/// ResultReady   trigger                         Error 2; the result stays
/// ResultReady   no ack in time                  Error 3; the result stays
/// AwaitRelease  trigger and ack are low         Ready
/// AwaitRelease  trigger                         Error 2
/// AwaitRelease  ack                             Error 4
/// Error         the result comes                Error; it can be read and acknowledged
/// Error         ack                             Error; the result is taken, where there is one
/// Error         trigger                         Error; refused and counted, the first error stays
/// Error         clear                           Busy where the inspection goes on, else AwaitRelease
/// </code>
/// Of signals that rise together, ack acts first, then clear, then trigger.
/// </summary>
/// <param name="begin">Begins a part.</param>
/// <param name="report">Is told of every error, also of those that come while another stands.</param>
/// <param name="settled">Is told when a result leaves: true when it was acknowledged, false when it was cleared away unacknowledged.</param>
/// <param name="ackTimeout">How long a result may wait for its ack; zero: for ever.</param>
/// <param name="time">The clock.</param>
internal sealed class Handshake(
    Func<string?, TriggerOutcome> begin, Action<HandshakeError, string> report, Action<bool> settled, TimeSpan ackTimeout, TimeProvider time)
{
    private bool trigger;
    private bool ack;
    private bool clear;
    private bool closing;
    private long resultSince;

    public HandshakeState State { get; private set; }

    /// <summary>What went wrong; none outside <see cref="HandshakeState.Error"/>.</summary>
    public HandshakeError Error { get; private set; }

    /// <summary>Number of the last inspection that was begun here; 0 before the first.</summary>
    public long Id { get; private set; }

    /// <summary>What the PLC called that part.</summary>
    public string? PartId { get; private set; }

    /// <summary>Whether that inspection is still to give its result.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>Its result; null while there is none. It can be read until the next part begins.</summary>
    public PartResult? Result { get; private set; }

    /// <summary>Whether the result has yet to be acknowledged.</summary>
    public bool ResultsReady { get; private set; }

    /// <summary>Takes the levels the PLC has set.</summary>
    /// <param name="trigger">A part is in its place.</param>
    /// <param name="ack">The result was read.</param>
    /// <param name="clear">The error was seen.</param>
    /// <param name="partId">The part's id; matters only when trigger rises.</param>
    public void SetLevels(bool trigger, bool ack, bool clear, string? partId)
    {
        CheckTime();
        var (triggered, acknowledged, cleared) = (trigger && !this.trigger, ack && !this.ack, clear && !this.clear);
        (this.trigger, this.ack, this.clear) = (trigger, ack, clear);
        if (acknowledged)
            Acknowledge();
        if (cleared && State == HandshakeState.Error)
            Clear();
        if (triggered)
            Trigger(partId);
        Release();
    }

    /// <summary>Takes a result; those of inspections that were not begun here are not for the PLC.</summary>
    public void Take(PartResult result)
    {
        if (!IsBusy || result.Id != Id)
            return;
        (Result, IsBusy, ResultsReady, resultSince) = (result, false, true, time.GetTimestamp());
        if (State == HandshakeState.Busy)
            State = HandshakeState.ResultReady;
    }

    /// <summary>Sees whether the result has waited too long for its ack.</summary>
    public void CheckTime()
    {
        if (State == HandshakeState.ResultReady && ackTimeout > TimeSpan.Zero && time.GetElapsedTime(resultSince) >= ackTimeout)
            Fail(HandshakeError.AckTimeout, $"inspection {Id} was not acknowledged within {ackTimeout.TotalMilliseconds:F0} ms");
    }

    /// <summary>Takes no more parts; what has begun is still answered and can still be acknowledged.</summary>
    public void Close()
    {
        closing = true;
        Release();
    }

    private void Trigger(string? partId)
    {
        if (State != HandshakeState.Ready)
        {
            Fail(HandshakeError.TriggerNotReady, $"a trigger came while the handshake was not ready ({State}); refused");
            return;
        }
        var outcome = begin(partId);
        if (outcome.Accepted)
            (State, Id, PartId, IsBusy, Result) = (HandshakeState.Busy, outcome.Id, partId, true, null);
        else
            Fail(outcome.Stopping ? HandshakeError.Stopping : HandshakeError.StationNotReady, $"a trigger was refused: {outcome.Refusal}");
    }

    private void Acknowledge()
    {
        if (ResultsReady)
            Settle(true);
        else if (State != HandshakeState.Error)
            Fail(HandshakeError.AckWithoutResult, $"an ack came without a result ({State})");
        if (State == HandshakeState.ResultReady)
            State = HandshakeState.AwaitRelease;
    }

    private void Clear()
    {
        (State, Error) = (IsBusy ? HandshakeState.Busy : HandshakeState.AwaitRelease, HandshakeError.None);
        if (ResultsReady)
            Settle(false);
    }

    private void Settle(bool acknowledged)
    {
        ResultsReady = false;
        settled(acknowledged);
    }

    private void Release()
    {
        if (State == HandshakeState.AwaitRelease && !trigger && !ack)
            State = HandshakeState.Ready;
        if (closing && State == HandshakeState.Ready)
            (State, Error) = (HandshakeState.Error, HandshakeError.Stopping);
    }

    private void Fail(HandshakeError error, string message)
    {
        report(error, message);
        if (State != HandshakeState.Error)
            (State, Error) = (HandshakeState.Error, error);
    }
}
