using System.Diagnostics;
using Edge.Commands;
using Edge.Runtime.Inference;
using Edge.Testing;

namespace Edge.Tests.Commands;

public sealed class NativeChecksTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Examine_NeedThatTheMachineLacks_NamesBothVersions()
    {
        var row = Examine(["GLIBCXX_3.4.9", "GLIBCXX_3.4.32"])[1];

        Assert.Equal(DoctorStatus.Fail, row.Status);
        Assert.Equal("liblacking.so", row.Check);
        Assert.Equal($"needs GLIBCXX_3.4.32, and {folder.File("libstdc++.so.6")} ends with GLIBCXX_3.4.30", row.Finding);
        Assert.Contains("newer release", row.Remedy);
    }

    [Fact]
    public void Examine_LibraryThatLoads_IsOneRow()
    {
        // A library of this machine: unlike a handmade one it loads.
        File.Copy(OnnxRuntimeLibrary.Location, folder.File("liblacking.so"));
        var row = Assert.Single(Examine(null));

        Assert.Equal(DoctorStatus.Ok, row.Status);
        Assert.StartsWith($"GLIBCXX_3.4.30 in {folder.File("libstdc++.so.6")}, liblacking.so needs 3.4.", row.Finding);
    }

    [Fact]
    public void Examine_LibraryThatDoesNotLoad_GivesTheLoadersOwnError()
    {
        File.WriteAllText(folder.File("liblacking.so"), new string('x', 10_000));
        var row = Examine(null)[1];

        Assert.Equal(DoctorStatus.Fail, row.Status);
        Assert.Equal("invalid ELF header", row.Finding);
    }

    [Fact]
    public void Doctor_TextInPlaceOfOpenCv_SaysWhyAndExitsFour()
    {
        File.WriteAllText(folder.File("libOpenCvSharpExtern.so"), new string('x', 10_000));
        var (code, output, error) = RunEdge("EDGE_OPENCV", "doctor");

        Assert.Equal(4, code);
        Assert.Matches($"fail  OpenCV +{folder.File("libOpenCvSharpExtern.so")} does not load: invalid ELF header", output);
        Assert.Contains("1 check failed", error);
    }

    [Theory]
    [InlineData("EDGE_OPENCV", "libOpenCvSharpExtern.so")]
    [InlineData("EDGE_ONNXRUNTIME", "libonnxruntime.so")]
    public void Inspect_FolderWithoutTheLibrary_IsOneLineAndExitsFour(string variable, string library)
    {
        using var tiny = new TinyBundle();
        var (code, _, error) = RunEdge(variable, "inspect", "--bundle", tiny.Folder, Path.Combine(tiny.Folder, "golden"));

        Assert.Equal(4, code);
        Assert.Equal($"edge: {variable} names the folder '{folder.Path}', which holds no {library}.", error.TrimEnd().Split('\n')[^1]);
        Assert.DoesNotContain("   at ", error);
    }

    public void Dispose() => folder.Dispose();

    /// <summary>Examines one library on a machine whose C++ library has everything up to GLIBCXX_3.4.30.</summary>
    private DoctorRow[] Examine(string[]? needed)
    {
        HandmadeElf.Write(folder.File("libstdc++.so.6"), [], [], [.. Enumerable.Range(0, 31).Select(minor => $"GLIBCXX_3.4.{minor}"), "GLIBCXX_3.4"]);
        if (needed is not null)
            HandmadeElf.Write(folder.File("liblacking.so"), needed, [], []);
        return [.. NativeChecks.Examine(folder.File("libstdc++.so.6"), [folder.File("liblacking.so")])];
    }

    /// <summary>Runs edge as a process with the variable naming the test's folder: a library is loaded once a process.</summary>
    private (int Code, string Output, string Error) RunEdge(string variable, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(EdgeCommands).Assembly.Location, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[variable] = folder.Path;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
