using Edge.Runtime;
using System.Text.Json;
using Edge.Bench.Sessions;
using Edge.CommandLine;
using Edge.Runtime.Inference;
using Edge.Testing;

namespace Edge.Bench.Tests.Sessions;

public sealed class GpuCheckTests
{
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    [Theory]
    [InlineData("cuda")]
    [InlineData("tensorrt")]
    public void GpuCheck_NoGpu_ExitsFourAndSaysWhatIsMissing(string device)
    {
        if (File.Exists("/dev/nvidiactl"))
            return;

        Assert.Equal(4, Run("gpu-check", "--bundle", Repository.Brick, "--device", device));

        Assert.Contains($"libonnxruntime_providers_{device}.so", error.ToString());
    }

    [Fact]
    public void GpuCheck_HalfPrecisionOnCuda_IsRefused()
    {
        Assert.Equal(2, Run("gpu-check", "--bundle", "b", "--half-precision"));

        Assert.Contains("--device tensorrt", error.ToString());
    }

    [Fact]
    public void Run_TheCpuAgainstItself_Holds()
    {
        new GpuCheck(output).Run(Repository.Brick, new InferenceOptions { Provider = ExecutionProvider.Cpu, ShareMemory = true }, n: 1, json: true);

        var rows = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["provider", "placement", "batch", "replay", "scores", "latency"], rows.Select(row => row.GetProperty("check").GetString()));
        Assert.All(rows[..5], row => Assert.True(row.GetProperty("passed").GetBoolean(), row.ToString()));
        Assert.Contains("nodes on CPUExecutionProvider", rows[1].GetProperty("finding").GetString());
    }

    [Fact]
    public void Read_Trace_CountsEveryNodeOnceAndFindsStrays()
    {
        var trace = Path.GetTempFileName();
        File.WriteAllText(trace, """
            [{"cat":"Session","name":"session_initialization","dur":9,"args":{}},
             {"cat":"Node","name":"conv1_kernel_time","dur":5,"args":{"op_name":"Conv","provider":"CUDAExecutionProvider"}},
             {"cat":"Node","name":"conv1_kernel_time","dur":4,"args":{"op_name":"Conv","provider":"CUDAExecutionProvider"}},
             {"cat":"Node","name":"conv2_kernel_time","dur":5,"args":{"op_name":"Conv","provider":"CUDAExecutionProvider"}},
             {"cat":"Node","name":"copy_kernel_time","dur":1,"args":{"op_name":"MemcpyToHost","provider":"CUDAExecutionProvider"}},
             {"cat":"Node","name":"shape_kernel_time","dur":1,"args":{"op_name":"Shape","provider":"CPUExecutionProvider"}}]
            """);

        var nodes = NodePlacement.Read(trace);
        File.Delete(trace);

        Assert.Equal(new NodePlacement("CUDAExecutionProvider", "Conv", 2), nodes[0]);
        Assert.Equal(["MemcpyToHost", "Shape"], nodes.Where(node => node.IsStray(["CUDAExecutionProvider"])).Select(node => node.Operator));
    }

    private int Run(params string[] args) => CommandHost.Run(new BenchProgram(InspectorSubject.Open).Commands(), args, output, error).GetAwaiter().GetResult();
}
