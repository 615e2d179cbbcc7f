using System.Runtime.InteropServices;
using Edge.Runtime;
using Edge.Runtime.Inference;
using Edge.Training.Data;
using Edge.Training.Learning;
using Edge.Training.Networks;

namespace Edge.Training.Tests.Learning;

public sealed class TrainerTests : IDisposable
{
    private static readonly FitOptions Options = new()
    {
        Network = new UNetOptions { Base = 16, Multipliers = [1, 2] }, DefectNetwork = new UNetOptions { Base = 16, Multipliers = [1, 2] }, Budget = null, Steps = 6, Size = 0, Crop = 32, Batch = 2, HoldOut = 10,
    };

    private readonly TestPictures pictures = new();
    private readonly PictureSet set;

    public TrainerTests() => set = PictureSet.Load(pictures.Write(24), null, Options);

    private string CheckpointPath => Path.Combine(pictures.Folder, "checkpoint.bin");

    public void Dispose() => pictures.Dispose();

    [Fact]
    public void Run_StoppedAndResumed_RepeatsTheUninterruptedCurveToTheBit()
    {
        var whole = Train(Options, "whole.bin", resume: false, stopAfter: null);
        Train(Options, "parts.bin", resume: false, stopAfter: 3);
        var resumed = Train(Options, "parts.bin", resume: true, stopAfter: null);

        Assert.Equal(6, resumed.Loss.Count);
        Assert.Equal(whole.Loss, resumed.Loss);
    }

    [Fact]
    public void Run_EnoughSteps_LearnsSomething()
    {
        var state = Train(Options with { Steps = 300 }, "learn.bin", resume: false, stopAfter: null);

        // Predicting nothing costs 1, the noise's variance, and ln 2 for even odds.
        Assert.InRange(state.Loss.Take(3).Average(), 0.8 + Math.Log(2), 1.2 + Math.Log(2));
        // Each network sees one crop a step, so single losses scatter; the two learn apart and take more steps than one did.
        Assert.InRange(state.Loss.TakeLast(50).Average(), 0, 1.2);
    }

    [Fact]
    public void Run_FromThreeFifthsOn_LeavesTheStatisticsOfTheNormalisationsAsTheyAre()
    {
        var options = Options with { Steps = 10 };
        Train(options, "parts.bin", resume: false, stopAfter: 3);
        var (early, _) = Parameters("parts.bin", options);
        Train(options, "parts.bin", resume: true, stopAfter: 6);
        var (settled, weights) = Parameters("parts.bin", options);
        Train(options, "parts.bin", resume: true, stopAfter: null);
        var (late, later) = Parameters("parts.bin", options);

        Assert.NotEqual(early, settled);
        Assert.Equal(settled, late);
        Assert.NotEqual(weights, later);
    }

    [Fact]
    public void Run_Bf16_LearnsAsInThirtyTwoBits()
    {
        var options = Options with { Steps = 60 };
        var exact = Train(options, "fp32.bin", resume: false, stopAfter: null);
        var rounded = Train(options with { Precision = TrainingPrecision.Bf16 }, "bf16.bin", resume: false, stopAfter: null);

        Assert.NotEqual(exact.Loss, rounded.Loss);
        Assert.Equal(exact.Loss.TakeLast(20).Average(), rounded.Loss.TakeLast(20).Average(), 0.05);
    }

    [Theory]
    [InlineData("cpu", "fp32", false)]
    [InlineData("cuda", "auto", false)]
    [InlineData("cuda", "bf16", true)]
    public void Parse_Precision_IsWhatWasAskedFor(string device, string name, bool bf16) =>
        Assert.Equal(bf16 ? TrainingPrecision.Bf16 : TrainingPrecision.Fp32, TrainingPrecisions.Parse(name, device));

    [Fact]
    public void Parse_PrecisionOnThisProcessor_FollowsWhatItHas()
    {
        Assert.Equal(TrainingPrecision.Bf16, TrainingPrecisions.Fastest(["avx512f", "avx512_bf16", "amx_bf16"]));
        Assert.Equal(TrainingPrecision.Fp32, TrainingPrecisions.Fastest(["avx512f", "avx512_bf16"]));
        Assert.Equal(TrainingPrecisions.Fastest(Machine.CpuFlags), TrainingPrecisions.Parse("auto", "cpu"));
        if (!TrainingPrecisions.HasBf16)
            Assert.Contains("--precision fp32", Assert.Throws<DeviceException>(() => TrainingPrecisions.Parse("bf16", "cpu")).Message);
        Assert.Contains("fp16", Assert.Throws<ArgumentException>(() => TrainingPrecisions.Parse("fp16", "cpu")).Message);
    }

    [Fact]
    public void Resume_AfterAKillInTheMiddleOfSaving_UsesTheLastWholeCheckpoint()
    {
        Train(Options, "checkpoint.bin", resume: false, stopAfter: 3);
        File.WriteAllText(CheckpointPath + ".new", "half a checkp");

        Assert.Equal(6, Train(Options, "checkpoint.bin", resume: true, stopAfter: null).Step);
    }

    [Fact]
    public void Resume_DamagedCheckpoint_NamesTheFile()
    {
        Train(Options, "checkpoint.bin", resume: false, stopAfter: 2);
        using (var stream = File.OpenWrite(CheckpointPath))
            stream.SetLength(stream.Length / 2);

        var fault = Assert.Throws<BundleException>(() => Train(Options, "checkpoint.bin", resume: true, stopAfter: null));
        Assert.Contains(CheckpointPath, fault.Message);
    }

    [Fact]
    public void Resume_CheckpointOfAnEarlierFormat_IsRefusedByName()
    {
        using (var writer = new BinaryWriter(File.Create(CheckpointPath)))
            writer.Write("edge-checkpoint-1");

        var fault = Assert.Throws<BundleException>(() => Train(Options, "checkpoint.bin", resume: true, stopAfter: null));
        Assert.Contains(CheckpointPath, fault.Message);
        Assert.Contains("edge-checkpoint-1", fault.Message);
    }

    [Fact]
    public void Load_CheckpointOfAnotherNetwork_NamesTheParameter()
    {
        Train(Options, "checkpoint.bin", resume: false, stopAfter: 1);
        using TrainedNetworks wider = new(Options.Network with { Base = 24 }, Options.DefectNetwork);

        var fault = Assert.Throws<BundleException>(() => Checkpoint.Load(CheckpointPath, wider));
        Assert.Contains("denoiser.time_embed.linear_0.weight [64, 16] where the network has denoiser.time_embed.linear_0.weight [96, 24]", fault.Message);
    }

    [Fact]
    public void Resume_OtherOptions_IsRefused()
    {
        Train(Options, "checkpoint.bin", resume: false, stopAfter: 2);

        var fault = Assert.Throws<BundleException>(() => Train(Options with { Batch = 3 }, "checkpoint.bin", resume: true, stopAfter: null));
        Assert.Contains("other options", fault.Message);
    }

    [Fact]
    public void Resume_OtherLengthRateAndPrecision_GoesOn()
    {
        Train(Options, "checkpoint.bin", resume: false, stopAfter: null);

        var longer = Train(Options with { Steps = 9, LearningRate = 1e-3, Precision = TrainingPrecision.Bf16 }, "checkpoint.bin", resume: true, stopAfter: null);

        Assert.Equal((9, 9), (longer.Step, longer.Loss.Count));
        Assert.Equal((9, 1e-3), (longer.Options.Steps, longer.Options.LearningRate));
        Assert.Equal(TimeSpan.FromDays(1), Train(Options with { Steps = null, Budget = TimeSpan.FromDays(1) }, "checkpoint.bin", resume: true, stopAfter: 10).Options.Budget);
    }

    [Fact]
    public void Resume_RenamedPictures_GoesOnAndSwappedContentsAreRefused()
    {
        Train(Options, "checkpoint.bin", resume: false, stopAfter: 2);
        File.Move(Path.Combine(pictures.Folder, "texture_03.png"), Path.Combine(pictures.Folder, "another.png"));
        var renamed = PictureSet.Load(pictures.Folder, null, Options);
        using (var trainer = new Trainer(renamed, Options, CheckpointPath, resume: true))
            Assert.Equal(2, trainer.State.Step);

        var other = TestPictures.Texture(50);
        Edge.Drawing.PictureWriter.Write(Path.Combine(pictures.Folder, "another.png"), other.Values, other.Shape);
        Assert.Throws<BundleException>(() => new Trainer(PictureSet.Load(pictures.Folder, null, Options), Options, CheckpointPath, resume: true));
    }

    [Fact]
    public void Run_GradientNotFiniteOnce_TakesNoStepAndGoesOnFromTheCheckpointAtHalfTheRate()
    {
        var whole = Train(Options, "whole.bin", resume: false, stopAfter: null);
        var faults = 1;
        var hooks = EveryStep with { GradientNorm = (step, norm) => step == 3 && faults-- > 0 ? double.PositiveInfinity : norm };

        var (state, log) = Run(hooks);

        Assert.Contains("back to step 3", Assert.Single(log));
        Assert.Equal((6, 0.5), (state.Step, state.RateFactor));
        // The loss of step 3 is that of the weights before it, which the fault left as they were. The next step was half as long.
        Assert.Equal(whole.Loss.Take(4), state.Loss.Take(4));
        Assert.NotEqual(whole.Loss[4], state.Loss[4]);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Run_LossNotFiniteAgainAndAgain_EndsWithTheLastGoodCheckpoint(float fault)
    {
        var log = new List<string>();
        using var trainer = new Trainer(set, Options, CheckpointPath, resume: false, log.Add, EveryStep with { Loss = (step, loss) => step >= 3 ? fault : loss });

        var ended = Assert.Throws<TrainingException>(() => trainer.Run(_ => { }, CancellationToken.None));

        Assert.Equal(2, ended.ExitCode);
        Assert.Contains("--learning-rate", ended.Message);
        Assert.Equal(2, log.Count);
        Assert.Equal(3, Checkpoint.Read(CheckpointPath).Step);
        Assert.All(Values(Parameters("checkpoint.bin", Options)), v => Assert.True(float.IsFinite(v)));
    }

    [Fact]
    public void Run_SetbacksWithGoodCheckpointsBetween_AreNotInARow()
    {
        var seen = new HashSet<long>();

        var (state, log) = Run(EveryStep with { Loss = (step, loss) => step > 0 && seen.Add(step) ? float.NaN : loss });

        Assert.Equal(5, log.Count);
        Assert.Equal((6, 1 / 32.0), (state.Step, state.RateFactor));
    }

    [Fact]
    public void Run_HugeLearningRate_EndsInOneLineAndSavesNoBrokenWeights()
    {
        var options = Options with { LearningRate = 1e20, Steps = 50 };
        using var trainer = new Trainer(set, options, CheckpointPath, resume: false, null, new TrainerHooks { CheckpointEvery = TimeSpan.Zero });

        var fault = Assert.Throws<TrainingException>(() => trainer.Run(_ => { }, CancellationToken.None));

        Assert.Equal(2, fault.ExitCode);
        Assert.DoesNotContain('\n', fault.Message);
        Assert.All(Values(Parameters("checkpoint.bin", Options)), v => Assert.InRange(v, -1e6f, 1e6f));
    }

    [Fact]
    public void Run_HeldOutLossNotFinite_GoesBackAndIsNeverSaved()
    {
        var faults = 1;

        var (state, log) = Run(new TrainerHooks { HeldOutLoss = (_, loss) => faults-- > 0 ? float.NaN : loss }, Options with { Steps = 100 });

        Assert.Contains("held-out", Assert.Single(log));
        Assert.True(float.IsFinite(Assert.Single(state.HeldOut).Loss));
    }

    [Fact]
    public void Run_CheckpointCannotBeWrittenForAWhile_SaysSoOnceAndGoesOn()
    {
        var (tries, said) = (0, 0);

        var (state, log) = Run(EveryStep with { Saving = path => said += ++tries is 3 or 4 ? throw new IOException($"No space left on device : '{path}'") : 0 });

        Assert.Equal(6, state.Step);
        Assert.Equal(2, log.Count);
        Assert.Contains("cannot be written", log[0]);
        Assert.Contains("written again", log[1]);
        Assert.Empty(Directory.GetFiles(pictures.Folder, "*.new"));
    }

    [Fact]
    public void Run_CheckpointCannotBeWrittenAtTheEnd_EndsWithFourAndTheOneBeforeStands()
    {
        var tries = 0;
        var hooks = new TrainerHooks { PatienceAtEnd = TimeSpan.Zero, Saving = _ => tries = tries++ == 0 ? 1 : throw new IOException("No space left on device") };
        using var trainer = new Trainer(set, Options, CheckpointPath, resume: false, null, hooks);

        var fault = Assert.Throws<TrainingException>(() => trainer.Run(_ => { }, CancellationToken.None));

        Assert.Equal(4, fault.ExitCode);
        Assert.Contains("--resume", fault.Message);
        Assert.Equal(0, Checkpoint.Read(CheckpointPath).Step);
        Assert.Equal(6, Train(Options, "checkpoint.bin", resume: true, stopAfter: null).Step);
    }

    [Fact]
    public void Save_DiskFull_LeavesTheCheckpointThatWasThere()
    {
        Train(Options, "checkpoint.bin", resume: false, stopAfter: 2);
        var before = File.ReadAllBytes(CheckpointPath);
        // A device that is always full stands where the new checkpoint would be written.
        File.CreateSymbolicLink(CheckpointPath + ".new", "/dev/full");

        using (var trainer = new Trainer(set, Options, CheckpointPath, resume: true, null, new TrainerHooks { PatienceAtEnd = TimeSpan.Zero }))
            Assert.Equal(4, Assert.Throws<TrainingException>(() => trainer.Run(_ => { }, CancellationToken.None)).ExitCode);

        Assert.Equal(before, File.ReadAllBytes(CheckpointPath));
    }

    public static TheoryData<Exception, string> Faults => new()
    {
        { new OutOfMemoryException(), "--batch" },
        { new ExternalException("[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.\n frame #0"), "--batch" },
        { new ExternalException("CUDA out of memory.\nframe #0"), "--batch" },
        { new ExternalException("mat1 and mat2 shapes cannot be multiplied\nException raised from meta at ..."), "libtorch failed (mat1 and mat2 shapes cannot be multiplied)" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Run_FaultOfMemoryOrLibtorch_EndsInOneLineWithFour(Exception fault, string says)
    {
        using var trainer = new Trainer(set, Options, CheckpointPath, resume: false, null, EveryStep with { Loss = (step, loss) => step == 2 ? throw fault : loss });

        var ended = Assert.Throws<TrainingException>(() => trainer.Run(_ => { }, CancellationToken.None));

        Assert.Equal(4, ended.ExitCode);
        Assert.Contains(says, ended.Message);
        Assert.Contains("step 2 stands", ended.Message);
        Assert.DoesNotContain('\n', ended.Message);
    }

    [Theory]
    [InlineData(7, "libtorch failed (shape '[7]' is invalid")]
    [InlineData(1L << 50, "--batch")]
    public void Run_FaultThatLibtorchThrows_EndsInOneLineWithFour(long extent, string says)
    {
        // More memory than there is, and a shape that does not fit.
        var hooks = EveryStep with { Loss = (step, loss) => step == 1 ? (extent == 7 ? TorchSharp.torch.zeros(6).reshape(extent) : TorchSharp.torch.zeros(extent)).shape.Length : loss };
        using var trainer = new Trainer(set, Options, CheckpointPath, resume: false, null, hooks);

        var before = TorchScope.LongestHold;
        TorchScope.LongestHold = TimeSpan.FromSeconds(1);
        try
        {
            var ended = Assert.Throws<TrainingException>(() => trainer.Run(_ => { }, CancellationToken.None));

            Assert.Equal(4, ended.ExitCode);
            Assert.Contains(says, ended.Message);
            Assert.DoesNotContain('\n', ended.Message);
        }
        finally
        {
            TorchScope.LongestHold = before;
        }
    }

    [Fact]
    public void Resume_OtherPictures_IsRefused()
    {
        Train(Options, "checkpoint.bin", resume: false, stopAfter: 2);
        File.Delete(Path.Combine(pictures.Folder, "texture_03.png"));
        var others = PictureSet.Load(pictures.Folder, null, Options);

        Assert.Throws<BundleException>(() => new Trainer(others, Options, CheckpointPath, resume: true));
    }

    [Fact]
    public void Constructor_CudaOnAMachineWithout_SaysSo()
    {
        if (TorchSharp.torch.cuda.is_available())
            return;
        var fault = Assert.Throws<DeviceException>(() => new Trainer(set, Options with { Device = "cuda" }, CheckpointPath, resume: false));
        Assert.Contains("cuda", fault.Message);
    }

    /// <summary>A checkpoint after every step.</summary>
    private static TrainerHooks EveryStep => new() { CheckpointEvery = TimeSpan.Zero };

    private (Checkpoint State, List<string> Log) Run(TrainerHooks hooks, FitOptions? options = null)
    {
        var log = new List<string>();
        using var trainer = new Trainer(set, options ?? Options, CheckpointPath, resume: false, log.Add, hooks);
        Assert.True(trainer.Run(_ => { }, CancellationToken.None));
        return (Checkpoint.Read(CheckpointPath), log);
    }

    private static IEnumerable<float> Values((float[] Statistics, float[] Weights) parameters) => [.. parameters.Statistics, .. parameters.Weights];

    private (float[] Statistics, float[] Weights) Parameters(string name, FitOptions options)
    {
        using TrainedNetworks average = new(options.Network, options.DefectNetwork), model = new(options.Network, options.DefectNetwork);
        Checkpoint.Load(Path.Combine(pictures.Folder, name), average, model);
        var values = model.named_parameters().ToLookup(p => p.name.Contains("running_"), p => p.parameter.data<float>().ToArray());
        return ([.. values[true].SelectMany(v => v)], [.. values[false].SelectMany(v => v)]);
    }

    private Checkpoint Train(FitOptions options, string name, bool resume, int? stopAfter)
    {
        using var trainer = new Trainer(set, options, Path.Combine(pictures.Folder, name), resume);
        using var stop = new CancellationTokenSource();
        trainer.Run(progress =>
        {
            if (progress.Step == stopAfter)
                stop.Cancel();
        }, stop.Token);
        return Checkpoint.Read(Path.Combine(pictures.Folder, name));
    }
}
