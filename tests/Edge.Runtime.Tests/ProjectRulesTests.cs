using System.Xml.Linq;

namespace Edge.Runtime.Tests;

/// <summary>Which project may know which, read from the project files.</summary>
public sealed class ProjectRulesTests
{
    private static readonly string Root = FindRoot(AppContext.BaseDirectory);

    private static readonly IReadOnlyDictionary<string, XDocument> Projects = ((string[])["runtime", "training", "tools", "tests"])
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories))
        .ToDictionary(path => Path.GetRelativePath(Root, path), XDocument.Load);

    [Fact]
    public void Compile_EveryProject_TakesSourcesOfItsOwnFolderOnly() =>
        Assert.DoesNotContain(Projects.Keys.SelectMany(project => Included(project, "Compile")), sources => sources.Replace('\\', '/').Contains("../"));

    [Fact]
    public void References_OfTheRuntimeLibrary_AreNone() => Assert.Empty(References("runtime/Edge.Runtime/Edge.Runtime.csproj"));

    [Fact]
    public void References_OfRuntimeProjects_StayInRuntimeButForTheCommandLine()
    {
        var leaving = Projects.Keys.Where(project => project.StartsWith("runtime/"))
            .SelectMany(project => References(project).Where(other => !other.StartsWith("runtime/")).Select(other => (project, other)));
        Assert.Equal([("runtime/Edge/Edge.csproj", "tools/Edge.CommandLine/Edge.CommandLine.csproj")], leaving);
    }

    [Fact]
    public void References_OfTheProduct_AreNoTestsAndNotTheTrainer()
    {
        var references = Projects.Keys.Where(project => !project.StartsWith("tests/")).SelectMany(References).ToArray();
        Assert.Contains("tools/Edge.Onnx/Edge.Onnx.csproj", references);
        Assert.DoesNotContain(references, other => other.StartsWith("tests/") || other.StartsWith("training/"));
    }

    [Fact]
    public void ProtocolBuffers_OfAllProjects_AreInEdgeOnnxAlone() =>
        Assert.Equal(["tools/Edge.Onnx/Edge.Onnx.csproj"],
            Projects.Keys.Where(project => Included(project, "PackageReference").Contains("Google.Protobuf")));

    private static IEnumerable<string> References(string project) => Included(project, "ProjectReference")
        .Select(other => Path.GetRelativePath(Root, Path.Combine(Root, Path.GetDirectoryName(project)!, other.Replace('\\', '/'))));

    private static IEnumerable<string> Included(string project, string item) =>
        Projects[project].Descendants(item).Attributes("Include").Select(include => include.Value);

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "Edge.sln")) ? folder : FindRoot(Path.GetDirectoryName(folder)!);
}
