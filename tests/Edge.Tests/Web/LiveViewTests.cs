using Edge.Runtime;
using Edge.Cameras;
using Edge.Runtime.Bundles;
using Edge.Service;
using Edge.Testing;
using Edge.Web;
using Microsoft.Extensions.Time.Testing;

namespace Edge.Tests.Web;

/// <summary>Which pictures the page takes from the line, by a clock that is set by hand.</summary>
public sealed class LiveViewTests
{
    private readonly FakeTimeProvider clock = new();
    private readonly LiveView live;
    private long lastId;

    public LiveViewTests() => live = new LiveView(clock);

    [Fact]
    public void Wants_NobodyLooks_NothingGood()
    {
        Assert.False(live.Wants(Result(ResultVerdict.Ok)));

        live.Watch("top");
        Assert.True(live.Wants(Result(ResultVerdict.Ok)));

        clock.Advance(TimeSpan.FromSeconds(5.1));
        Assert.False(live.Wants(Result(ResultVerdict.Ok)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Wants_FastLine_AtMostFiveASecond(bool isNg)
    {
        var wanted = 0;
        for (var n = 0; n < 200; n++)
        {
            if (!isNg)
                live.Watch("top");
            if (live.Wants(Result(isNg ? ResultVerdict.Ng : ResultVerdict.Ok)))
                wanted++;
            clock.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.Equal(10, wanted);
        Assert.Equal(isNg ? 190 : 0, live.Of("top").Skipped);
    }

    [Fact]
    public async Task Take_MoreNgThanAreKept_KeepsTheNewest()
    {
        long[] ids = [.. Enumerable.Range(0, 15).Select(_ => Snapshot(ResultVerdict.Ng))];

        await Wait.Until(() => live.Of("top").Rejected().FirstOrDefault()?.Result.Id == ids[^1]);

        Assert.Equal(ids.Reverse().Take(12), live.Of("top").Rejected().Select(picture => picture.Result.Id));
        Assert.Equal(ids[^1], live.Watch("top")!.Result.Id);
        Assert.Empty(live.Of("side").Rejected());

        long Snapshot(ResultVerdict verdict)
        {
            var result = Result(verdict);
            live.Take(Picture(result));
            Wait.Until(() => live.Watch("top")?.Result.Id == result.Id).Wait();
            return result.Id;
        }
    }

    private PartResult Result(ResultVerdict verdict) => new()
    {
        Id = ++lastId, Box = "box", Station = "top", Verdict = verdict, Reason = verdict == ResultVerdict.Ok ? ResultReason.Good : ResultReason.Defect, Time = default,
        Threshold = 1, Profile = "", Precision = Precision.Fp32, Bundle = "", BundleVersion = "", BundleHash = "", WaitMs = 0, InspectMs = 0, TotalMs = 0,
    };

    private static Snapshot Picture(PartResult result)
    {
        var frame = new CapturedFrame();
        frame.Resize(8, 8, 1, 1).Clear();
        return new Snapshot(result, frame, TestMaps.Flat(8, value: 0, threshold: 1));
    }
}
