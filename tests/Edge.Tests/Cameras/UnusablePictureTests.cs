using Edge.Configuration;
using Edge.Service;

namespace Edge.Tests.Cameras;

/// <summary>No picture that stands for a part may vanish because it cannot be used.</summary>
public sealed class UnusablePictureTests
{
    private long id;

    [Theory]
    [InlineData("FreeRun")]
    [InlineData("Rate")]
    [InlineData("Camera")]
    [InlineData("External")]
    public void Fail_PartKnown_IsAPartOfItsOwnInEveryMode(string mode)
    {
        var intake = Create(mode);
        intake.Trigger("waiting", 1);

        var part = intake.Fail("bad.png", 5, eachCounts: true);

        Assert.Equal("bad.png", part!.PartId);
        Assert.Equal(1, intake.Depth);
    }

    [Fact]
    public void Fail_TriggeredCamera_AnswersThePartThatWaitsForIt()
    {
        var intake = Create("External");
        var first = intake.Trigger("1", 1)!.Value.Part;
        var second = intake.Trigger("2", 2)!.Value.Part;

        Assert.Same(first, intake.Fail(null, 5, eachCounts: true));
        Assert.Same(second, intake.Fail(null, 6, eachCounts: true));
        Assert.Null(intake.Fail(null, 7, eachCounts: true));
    }

    [Fact]
    public void Fail_FreelyRunningCamera_IsAPartOnlyWherePicturesAre()
    {
        var external = Create("External");
        external.Trigger("1", 1);
        Assert.Null(external.Fail(null, 5, eachCounts: false));
        Assert.Equal(1, external.Depth);
        Assert.Null(Create("FreeRun").Fail(null, 5, eachCounts: false));
        Assert.NotNull(Create("Camera").Fail(null, 5, eachCounts: false));
    }

    private Intake Create(string mode) => new(Enum.Parse<TriggerMode>(mode), 4, () => ++id);
}
