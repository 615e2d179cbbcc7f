using Edge.Outputs;
using Edge.Service;
using Microsoft.Extensions.Time.Testing;

namespace Edge.Tests.Outputs;

public sealed class HandshakeTests
{
    private const int AckTimeout = 5000;

    private readonly FakeTimeProvider clock = new();
    private readonly List<string?> begun = [];
    private readonly List<HandshakeError> reported = [];
    private readonly List<bool> settled = [];
    private readonly Handshake handshake;
    private TriggerOutcome next = new(7, null);
    private bool trigger;
    private bool ack;
    private bool clear;

    public HandshakeTests() => handshake = Create(AckTimeout);

    // Every state and everything that can happen in it. Error stands for one after a refused trigger that is still high, with
    // nothing in hand.
    [Theory]
    [InlineData("Ready", "trigger", "Busy", 0)]
    [InlineData("Ready", "refused trigger", "Error", 1)]
    [InlineData("Ready", "trigger while stopping", "Error", 5)]
    [InlineData("Ready", "ack", "Error", 4)]
    [InlineData("Ready", "clear", "Ready", 0)]
    [InlineData("Ready", "result", "Ready", 0)]
    [InlineData("Ready", "time", "Ready", 0)]
    [InlineData("Ready", "release", "Ready", 0)]
    [InlineData("Ready", "close", "Error", 5)]
    [InlineData("Busy", "trigger", "Error", 2)]
    [InlineData("Busy", "ack", "Error", 4)]
    [InlineData("Busy", "clear", "Busy", 0)]
    [InlineData("Busy", "result", "ResultReady", 0)]
    [InlineData("Busy", "time", "Busy", 0)]
    [InlineData("Busy", "release", "Busy", 0)]
    [InlineData("Busy", "close", "Busy", 0)]
    [InlineData("ResultReady", "trigger", "Error", 2)]
    [InlineData("ResultReady", "ack", "AwaitRelease", 0)]
    [InlineData("ResultReady", "clear", "ResultReady", 0)]
    [InlineData("ResultReady", "result", "ResultReady", 0)]
    [InlineData("ResultReady", "time", "Error", 3)]
    [InlineData("ResultReady", "release", "ResultReady", 0)]
    [InlineData("ResultReady", "close", "ResultReady", 0)]
    [InlineData("AwaitRelease", "trigger", "Error", 2)]
    [InlineData("AwaitRelease", "ack", "Error", 4)]
    [InlineData("AwaitRelease", "clear", "AwaitRelease", 0)]
    [InlineData("AwaitRelease", "result", "AwaitRelease", 0)]
    [InlineData("AwaitRelease", "time", "AwaitRelease", 0)]
    [InlineData("AwaitRelease", "release", "Ready", 0)]
    [InlineData("AwaitRelease", "close", "AwaitRelease", 0)]
    [InlineData("Error", "trigger", "Error", 1)]
    [InlineData("Error", "ack", "Error", 1)]
    [InlineData("Error", "clear", "AwaitRelease", 0)]
    [InlineData("Error", "result", "Error", 1)]
    [InlineData("Error", "time", "Error", 1)]
    [InlineData("Error", "release", "Error", 1)]
    [InlineData("Error", "close", "Error", 1)]
    public void Event_InEachState_GoesWhereTheTableSays(string state, string what, string expected, int error)
    {
        Bring(state);
        Assert.Equal(state, handshake.State.ToString());

        Do(what);

        Assert.Equal(expected, handshake.State.ToString());
        Assert.Equal(error, (int)handshake.Error);
    }

    [Fact]
    public void WholeSequence_ShowsEachStepAndEndsReady()
    {
        Set(trigger: true, partId: "A-1");
        Assert.Equal((HandshakeState.Busy, true, false, 7L, "A-1"), (handshake.State, handshake.IsBusy, handshake.ResultsReady, handshake.Id, handshake.PartId));
        Set(trigger: true, partId: "A-2");
        Assert.Equal(["A-1"], begun);

        handshake.Take(Result(7));
        Assert.Equal((HandshakeState.ResultReady, false, true), (handshake.State, handshake.IsBusy, handshake.ResultsReady));
        Set(trigger: true, ack: true);
        Assert.Equal((HandshakeState.AwaitRelease, false), (handshake.State, handshake.ResultsReady));
        Assert.NotNull(handshake.Result);
        Set(ack: true);
        Assert.Equal(HandshakeState.AwaitRelease, handshake.State);
        Set();
        Assert.Equal(HandshakeState.Ready, handshake.State);
        Assert.Equal([true], settled);
        Assert.Empty(reported);
    }

    [Fact]
    public void NextTrigger_ForgetsTheLastResult()
    {
        Bring("AwaitRelease");
        Set();
        next = new TriggerOutcome(8, null);
        Set(trigger: true);

        Assert.Null(handshake.Result);
        handshake.Take(Result(7));
        Assert.Equal(HandshakeState.Busy, handshake.State);
        handshake.Take(Result(8));
        Assert.Equal(8, handshake.Result!.Id);
    }

    [Fact]
    public void ResultOfAnotherInspection_IsNotForThePlc()
    {
        Bring("Busy");
        handshake.Take(Result(6));

        Assert.Equal(HandshakeState.Busy, handshake.State);
        Assert.Null(handshake.Result);
    }

    [Fact]
    public void AckTimeout_ResultStaysUntilCleared()
    {
        Bring("ResultReady");
        clock.Advance(TimeSpan.FromMilliseconds(AckTimeout - 1));
        handshake.CheckTime();
        Assert.Equal(HandshakeState.ResultReady, handshake.State);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        handshake.CheckTime();

        Assert.Equal(HandshakeError.AckTimeout, handshake.Error);
        Assert.True(handshake.ResultsReady);
        Do("clear");
        Assert.False(handshake.ResultsReady);
        Assert.NotNull(handshake.Result);
        Assert.Equal([false], settled);
        Assert.Equal([HandshakeError.AckTimeout], reported);
        Do("release");
        Assert.Equal(HandshakeState.Ready, handshake.State);
    }

    [Fact]
    public void AckTimeout_LateAck_TakesTheResultAndTheErrorStays()
    {
        Bring("ResultReady");
        Do("time");
        Do("ack");

        Assert.Equal((HandshakeState.Error, HandshakeError.AckTimeout, false), (handshake.State, handshake.Error, handshake.ResultsReady));
        Assert.Equal([true], settled);
    }

    [Fact]
    public void AckTimeout_Zero_WaitsForEver()
    {
        var patient = Create(0);
        patient.SetLevels(true, false, false, null);
        patient.Take(Result(7));
        clock.Advance(TimeSpan.FromMilliseconds(86_400_000));
        patient.CheckTime();

        Assert.Equal(HandshakeState.ResultReady, patient.State);
    }

    [Fact]
    public void TriggerWhileBusy_ResultIsKeptAndCanBeAcknowledged()
    {
        Bring("Busy");
        Do("trigger");
        handshake.Take(Result(7));

        Assert.Equal((HandshakeState.Error, HandshakeError.TriggerNotReady, true, false),
            (handshake.State, handshake.Error, handshake.ResultsReady, handshake.IsBusy));
        Do("ack");
        Assert.Equal([true], settled);
        Do("clear");
        Do("release");
        Assert.Equal(HandshakeState.Ready, handshake.State);
        Assert.Single(begun);
    }

    [Fact]
    public void ClearWhileTheInspectionGoesOn_IsBusyAgain()
    {
        Bring("Busy");
        Do("ack");
        Do("clear");

        Assert.Equal(HandshakeState.Busy, handshake.State);
        Do("result");
        Assert.Equal(HandshakeState.ResultReady, handshake.State);
    }

    [Fact]
    public void TriggersDuringAnError_AreEachReported()
    {
        Bring("Error");
        Do("trigger");
        Do("trigger");

        Assert.Equal([HandshakeError.StationNotReady, HandshakeError.TriggerNotReady, HandshakeError.TriggerNotReady], reported);
        Assert.Single(begun);
    }

    [Fact]
    public void TriggerHeldThroughAnError_BeginsNothingUntilReleased()
    {
        next = new TriggerOutcome(0, "camera down");
        Set(trigger: true);
        Set(trigger: true, clear: true);
        Assert.Equal(HandshakeState.AwaitRelease, handshake.State);
        next = new TriggerOutcome(8, null);
        Set(trigger: true);
        Assert.Single(begun);
        Set();
        Set(trigger: true);
        Assert.Equal((HandshakeState.Busy, 8L), (handshake.State, handshake.Id));
    }

    [Fact]
    public void AckAndTriggerTogether_AckCountsAndTheTriggerIsRefused()
    {
        Bring("ResultReady");
        Set(trigger: true, ack: true);

        Assert.Equal([true], settled);
        Assert.Equal(HandshakeError.TriggerNotReady, handshake.Error);
    }

    [Fact]
    public void Close_WhileBusy_TheResultIsStillDelivered()
    {
        Bring("Busy");
        handshake.Close();
        Do("result");
        Do("ack");
        Do("release");

        Assert.Equal([true], settled);
        Assert.Equal((HandshakeState.Error, HandshakeError.Stopping), (handshake.State, handshake.Error));
    }

    private Handshake Create(int ackTimeoutMs) => new(partId =>
    {
        begun.Add(partId);
        return next;
    }, (error, _) => reported.Add(error), settled.Add, TimeSpan.FromMilliseconds(ackTimeoutMs), clock);

    private void Bring(string state)
    {
        if (state == "Ready")
            return;
        if (state == "Error")
        {
            Do("refused trigger");
            return;
        }
        Set(trigger: true);
        if (state == "AwaitRelease")
        {
            handshake.Take(Result(7));
            Set(trigger: true, ack: true);
            return;
        }
        Set();
        if (state == "ResultReady")
            handshake.Take(Result(7));
    }

    private void Do(string what)
    {
        switch (what)
        {
            case "refused trigger":
                next = new TriggerOutcome(0, "camera down");
                goto case "trigger";
            case "trigger while stopping":
                next = new TriggerOutcome(0, "the service is stopping", Stopping: true);
                goto case "trigger";
            case "trigger":
                Set(false, ack, clear);
                Set(true, ack, clear);
                break;
            case "ack":
                Set(trigger, false, clear);
                Set(trigger, true, clear);
                break;
            case "clear":
                Set(trigger, ack, false);
                Set(trigger, ack, true);
                break;
            case "result":
                handshake.Take(Result(7));
                break;
            case "time":
                clock.Advance(TimeSpan.FromMilliseconds(AckTimeout));
                handshake.CheckTime();
                break;
            case "release":
                Set();
                break;
            case "close":
                handshake.Close();
                break;
        }
    }

    private void Set(bool trigger = false, bool ack = false, bool clear = false, string? partId = null)
    {
        (this.trigger, this.ack, this.clear) = (trigger, ack, clear);
        handshake.SetLevels(trigger, ack, clear, partId);
    }

    private static PartResult Result(long id) => ModbusOutputTests.Result("top", id, ResultReason.Good);
}
