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
        Network = new UNetOptions { Base = 16, Multipliers = [1, 2] }, Budget = null, Steps = 6, Size = 0, Crop = 32, Batch = 2, HoldOut = 10,
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
        Assert.InRange(state.Loss.TakeLast(10).Average(), 0, 1.2);
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
        using UNetModel wider = new(Options.Network with { Base = 24 });

        var fault = Assert.Throws<BundleException>(() => Checkpoint.Load(CheckpointPath, wider));
        Assert.Contains("time_embed.linear_0.weight [64, 16] where the network has time_embed.linear_0.weight [96, 24]", fault.Message);
    }

    [Fact]
    public void Resume_OtherOptions_IsRefused()
    {
        Train(Options, "checkpoint.bin", resume: false, stopAfter: 2);

        var fault = Assert.Throws<BundleException>(() => Train(Options with { Batch = 3 }, "checkpoint.bin", resume: true, stopAfter: null));
        Assert.Contains("other options", fault.Message);
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

    private (float[] Statistics, float[] Weights) Parameters(string name, FitOptions options)
    {
        using UNetModel average = new(options.Network), model = new(options.Network);
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
