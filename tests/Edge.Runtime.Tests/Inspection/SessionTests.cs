using System.Runtime.InteropServices;
using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Inference;
using Edge.Runtime.Inspection;
using Edge.Testing;

namespace Edge.Runtime.Tests.Inspection;

/// <summary>The shipped bundle's network, run in different ways, says the same.</summary>
public class SessionTests
{
    private static readonly Bundle Brick = Bundle.Load(Repository.Brick);

    [Fact]
    public void Inspect_OtherThreadCounts_GivesTheGoldenSamplesTheSameScores()
    {
        foreach (var profile in new[] { Brick.DefaultProfile, Brick.ProfileNames[^1] }.Distinct())
        {
            var one = Scores(profile, 1, spinning: false);
            foreach (var (threads, spinning) in new[] { (2, false), (3, true) })
                Assert.All(one.Zip(Scores(profile, threads, spinning)), pair => Assert.InRange(Math.Abs(pair.Second / pair.First - 1), 0, 1e-4));
        }
    }

    [Fact]
    public void Run_BatchOfThree_EqualsOneByOne()
    {
        var shape = new PictureShape(Brick.Manifest.Network.Channels, 64, 64);
        float[] times = [5, 50, 150];
        using var session = OnnxSession.Open(Brick.EpsPath, new InferenceOptions { Provider = ExecutionProvider.Cpu, IntraOpThreads = 1 }, session => session);
        using var batch = new OnnxBinding(session, times.Length, shape);
        for (var i = 0; i < batch.X.Length; i++)
            batch.X[i] = MathF.Sin(i * 0.7f);
        times.CopyTo(batch.T);
        batch.Run();

        using var single = new OnnxBinding(session, 1, shape);
        for (var n = 0; n < times.Length; n++)
        {
            batch.X.Slice(n * shape.Length, shape.Length).CopyTo(single.X);
            single.T[0] = times[n];
            single.Run();
            var (alone, together) = (single.Outputs[0].Data.ToArray(), batch.Outputs[0].Data.Slice(n * shape.Length, shape.Length).ToArray());
            Assert.InRange(alone.Zip(together, (a, b) => Math.Abs(a - b)).Max(), 0, 1e-5);
        }
    }

    [Fact]
    public void Version_Loaded_HasToldTheLibraryNotToReportHome()
    {
        _ = OnnxRuntimeLibrary.Version;

        Assert.Equal("1", Marshal.PtrToStringUTF8(GetEnvironment("ORT_DISABLE_TELEMETRY")));
    }

    [Theory]
    [InlineData("default")]
    [InlineData("fast")]
    [InlineData("t1")]
    [InlineData("t3")]
    public void Inspect_EightBits_GivesTheShippedSamplesTheScoresOfFloats(string profile)
    {
        var inference = new InferenceOptions { Provider = ExecutionProvider.Cpu };
        using var floats = Opened.Inspector(Brick, new ModelOptions { Profile = profile, Inference = inference });
        using var int8 = Opened.Inspector(Brick, new ModelOptions { Profile = profile, Precision = Precision.Int8, Inference = inference });
        var samples = Directory.GetFiles(Path.Combine(Brick.Folder, "samples", "test"), "*.png", SearchOption.AllDirectories);

        Assert.Equal(16, samples.Length);
        // Each against its own threshold: a picture at the threshold of one may lie on the other side of the other's.
        Assert.All(samples, sample => Assert.InRange(OverThreshold(int8, sample), 0.75 * OverThreshold(floats, sample) - 0.1, 1.25 * OverThreshold(floats, sample) + 0.1));

        static double OverThreshold(Inspector inspector, string sample) => inspector.Inspect(sample) is var verdict ? verdict.Score / verdict.Threshold : 0;
    }

    private static double[] Scores(string profile, int threads, bool spinning)
    {
        var inference = new InferenceOptions { Provider = ExecutionProvider.Cpu, IntraOpThreads = threads, AllowSpinning = spinning };
        using var inspector = Opened.Inspector(Brick, new ModelOptions { Profile = profile, Inference = inference });
        return [.. Brick.GoldenSamplePaths.Select(path => inspector.Inspect(path).Score)];
    }

    // .NET's own copy of the environment is not what a native library sees.
    [DllImport("libc", EntryPoint = "getenv")]
    private static extern nint GetEnvironment([MarshalAs(UnmanagedType.LPUTF8Str)] string name);
}
