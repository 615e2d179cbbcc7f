using static TorchSharp.torch;

namespace Edge.Training.Tests.Networks;

public sealed class TensorLifetimeTests
{
    [Fact]
    public async Task ReadingATensorThatNothingElseHolds_WhileTheCollectorRuns_ReadsItsValues()
    {
        // A collector that frees a tensor while libtorch still copies it ends the process, as it once ended a training while it saved its state.
        var kept = zeros([500, 500]).add_(tensor([7f], [1]), 1);
        var end = DateTime.UtcNow + TimeSpan.FromSeconds(2);
        var collecting = Task.Run(() =>
        {
            while (DateTime.UtcNow < end)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        });

        var copies = 0;
        for (; DateTime.UtcNow < end; copies++)
            Assert.Equal(7f, kept.detach().cpu().data<float>().ToArray()[^1]);

        await collecting;
        Assert.True(copies > 0);
    }
}
