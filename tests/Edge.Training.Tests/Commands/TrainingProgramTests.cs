using Edge.CommandLine;
using Edge.Training.Commands;

namespace Edge.Training.Tests.Commands;

public sealed class TrainingProgramTests
{
    [Fact]
    public async Task Version_Asked_NamesAllThreeNativeLibraries()
    {
        using var output = new StringWriter();

        Assert.Equal(CommandHost.Ok, await CommandHost.Run(TrainingProgram.Root(), ["--version"], output, TextWriter.Null, TrainingProgram.Libraries));

        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.StartsWith("ONNX Runtime 1.", lines[1]);
        Assert.StartsWith("OpenCV 4.", lines[2]);
        Assert.Matches(@"^libtorch 2\.\d+\.\d+", lines[3]);
    }
}
