using System.Runtime.CompilerServices;
using Edge.Training.Data;
using Edge.Training.Learning;
using Edge.Training.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Edge.Training.Tests.Learning;

public sealed class TorchScopeTests : IDisposable
{
    private const int Steps = 2000;

    private static readonly UNetOptions Small = new() { Base = 8, Multipliers = [1], Unshuffle = 4 };

    private static readonly FitOptions Options = new()
    {
        Network = Small, DefectNetwork = Small, Budget = null, Steps = Steps, Size = 0, Crop = 16, Batch = 2, HoldOut = 10, VaryGeometry = false,
    };

    private readonly TestPictures pictures = new();

    public void Dispose() => pictures.Dispose();

    [Fact]
    public void Scope_WhileItLasts_NoFinaliserRuns()
    {
        using var finalised = new ManualResetEventSlim();
        using (new TorchScope())
        {
            using (new TorchScope())
                Drop(finalised);
            GC.Collect();
            Assert.False(finalised.Wait(TimeSpan.FromMilliseconds(300)));
        }
        GC.Collect();
        Assert.True(finalised.Wait(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void Scope_AtItsEnd_FreesItsTensors()
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (new TorchScope())
            _ = zeros([3]) + 1;

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    /// <summary>Without the scope this training ends within some hundred steps: "Expected false to be true", or other weights.</summary>
    [Fact]
    public void Run_WhileAnotherThreadKeepsCollecting_GivesTheSameWeightsToTheBit()
    {
        var set = PictureSet.Load(pictures.Write(24), null, Options);
        var undisturbed = Weights(set, "undisturbed.bin");

        using var stop = new CancellationTokenSource();
        var collections = GC.CollectionCount(0);
        var collecting = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0);
                // With no pause at all the other threads of a machine with two cores hardly run.
                Thread.Sleep(1);
            }
        });
        collecting.Start();
        var disturbed = Weights(set, "disturbed.bin");
        stop.Cancel();
        collecting.Join();

        Assert.InRange(GC.CollectionCount(0) - collections, 2 * Steps, int.MaxValue);
        Assert.Equal(undisturbed, disturbed);
    }

    private float[] Weights(PictureSet set, string name)
    {
        using var trainer = new Trainer(set, Options, Path.Combine(pictures.Folder, name), resume: false);
        Assert.True(trainer.Run(_ => { }, CancellationToken.None));
        return [.. trainer.Average.parameters().SelectMany(p => p.data<float>().ToArray())];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Drop(ManualResetEventSlim finalised) => _ = new Signal(finalised);

    private sealed class Signal(ManualResetEventSlim finalised)
    {
        ~Signal() => finalised.Set();
    }
}
