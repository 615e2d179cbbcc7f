using System.CommandLine;
using System.Diagnostics;
using Edge.CommandLine;
using Edge.Commands;
using Edge.Runtime;

namespace Edge.Tests.Commands;

public sealed class CommandHostTests
{
    private readonly EdgeProgram edge = new();

    [Fact]
    public void Version_Asked_NamesOnnxRuntime()
    {
        Assert.Equal(0, edge.Run("--version"));

        var lines = edge.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.EndsWith(CommandHost.Version, lines[0]);
        Assert.Matches(@"^ONNX Runtime 1\.\d+\.\d+ \(/.+\)$", lines[1]);
        Assert.Matches(@"^OpenCV 4\.\d+\.\d+ through OpenCvSharp ", lines[2]);
    }

    [Fact]
    public void Version_OfAProcess_IsTheProgramsOwn()
    {
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "edge.dll"), "--version"];
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        var first = process.StandardOutput.ReadLine();
        process.WaitForExit();

        Assert.Equal(0, process.ExitCode);
        Assert.Equal($"edge {typeof(EdgeCommands).Assembly.GetName().Version!.ToString(3)}", first);
    }

    [Fact]
    public async Task Version_WithLibrariesOfAProgram_NamesTheseAlone()
    {
        using StringWriter output = new(), error = new();

        Assert.Equal(0, await CommandHost.Run(new RootCommand(), ["--version"], output, error, ["libtorch 2.10.0"]));

        Assert.Equal("libtorch 2.10.0", output.ToString().TrimEnd().Split('\n')[1]);
        Assert.Equal(2, output.ToString().TrimEnd().Split('\n').Length);
    }

    [Fact]
    public void Help_OfTheProgram_GivesEachCommandALine()
    {
        Assert.Equal(0, edge.Run("--help"));
        foreach (var command in (string[])["inspect", "calibrate", "verify", "bundle", "doctor"])
            Assert.Contains($"\n  {command} ", edge.Output);
        Assert.Contains("Exit codes:", edge.Output);
    }

    [Theory]
    [InlineData("inspect")]
    [InlineData("calibrate")]
    [InlineData("verify")]
    [InlineData("bundle", "show")]
    [InlineData("bundle", "check")]
    [InlineData("doctor")]
    public void Help_OfACommand_NamesItsExitCodes(params string[] command)
    {
        Assert.Equal(0, edge.Run([.. command, "--help"]));
        Assert.Contains("Exit codes: 0", edge.Output);
    }

    [Theory]
    [InlineData]
    [InlineData("inspct")]
    [InlineData("bundle")]
    [InlineData("bundle", "check")]
    [InlineData("calibrate", "--bundle", "b")]
    [InlineData("verify")]
    [InlineData("doctor", "--bundel", "b")]
    public void Run_WrongUsage_ExitsTwoAndShowsTheWay(params string[] args)
    {
        Assert.Equal(2, edge.Run(args));
        Assert.Empty(edge.Output);
        Assert.Contains("--help' shows what it takes.", edge.Error);
    }

    [Fact]
    public void Run_Faults_EndAsOneLineAndTheirExitCode()
    {
        Exception[] faults = [new PictureException("picture"), new BundleException("bundle"), new DeviceException("device"), new IOException("two\nlines"), new OperationCanceledException()];

        Assert.Equal([2, 3, 4, 2, 130], faults.Select(fault =>
        {
            using StringWriter output = new(), error = new();
            var command = new Command("fail");
            command.SetAction(int (ParseResult _) => throw fault);
            var code = CommandHost.Run(new RootCommand { command }, ["fail"], output, error).GetAwaiter().GetResult();
            Assert.True(error.ToString().Count(c => c == '\n') <= 1);
            return code;
        }));
    }
}
