using Edge.Runtime.Imaging;
using Edge.Runtime.Inference;
using Edge.Runtime.Natives;

namespace Edge.Commands;

/// <summary>The doctor's checks of native libraries: does this machine's C++ library have the symbol versions they need, and do they load?</summary>
internal static class NativeChecks
{
    private const string VersionPrefix = "GLIBCXX_";

    public static IEnumerable<DoctorRow> Examine()
    {
        const string Library = "libstdc++.so.6";
        if (!NativeLibraries.TryLoad(Library, out _, out var reason))
            return [new DoctorRow("libstdc++", DoctorStatus.Fail, reason, "apt install libstdc++6")];
        // Which file the loader took for the name, only the list of mapped files tells.
        var taken = File.ReadLines("/proc/self/maps").Select(line => line[(line.IndexOf('/') + 1)..]).First(path => path.Contains($"/{Library}"));
        return Examine($"/{taken}", Installed());
    }

    /// <summary>One row about the C++ library and all that need it, and one for each library that lacks something.</summary>
    internal static IEnumerable<DoctorRow> Examine(string standardLibrary, IEnumerable<string> natives)
    {
        var offered = ElfFile.Read(standardLibrary).Offered;
        List<string> needs = [];
        List<DoctorRow> faults = [];
        foreach (var file in natives)
        {
            var name = Path.GetFileName(file);
            string[] needed = [.. Needed(file)];
            if (Highest(needed) is { } highest)
                needs.Add($"{name} needs {highest}");
            if (Highest(needed.Except(offered)) is { } missing)
                faults.Add(new DoctorRow(name, DoctorStatus.Fail, $"needs {VersionPrefix}{missing}, and {standardLibrary} ends with {VersionPrefix}{Highest(offered)}",
                    "it was built for a newer system: use a newer release of Debian or Ubuntu, or a build of the library for this one"));
            else if (!HasChecksOfItsOwn(name) && !NativeLibraries.TryLoad(file, out _, out var reason))
                faults.Add(new DoctorRow(name, DoctorStatus.Fail, reason, "install the library that is named; if none is, install Edge again"));
        }
        return [new DoctorRow("libstdc++", DoctorStatus.Ok, string.Join(", ", needs.Prepend($"{VersionPrefix}{Highest(offered)} in {standardLibrary}"))), .. faults];
    }

    /// <summary>The versions of the C++ library that a native needs. One that cannot be read does not load either, and that row says why.</summary>
    private static IEnumerable<string> Needed(string file)
    {
        try
        {
            return ElfFile.Read(file).Needed.Where(version => version.StartsWith(VersionPrefix, StringComparison.Ordinal));
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The natives beside the program, without .NET's own, and those that stand in for them.</summary>
    private static IEnumerable<string> Installed()
    {
        string[] own = ["libSystem.", "libclr", "libcoreclr", "libhost", "libmscor"];
        return NativeLibraries.Folders.SelectMany(folder => Files(folder, "*.so"))
            .Concat(Files(Environment.GetEnvironmentVariable(OnnxRuntimeLibrary.FolderVariable), "libonnxruntime*.so"))
            .Concat(Files(Environment.GetEnvironmentVariable(OpenCvLibrary.FolderVariable), "libOpenCvSharpExtern.so"))
            .Where(file => !own.Any(Path.GetFileName(file).StartsWith)).Distinct().Order(StringComparer.Ordinal);

        static IEnumerable<string> Files(string? folder, string pattern) => Directory.Exists(folder) ? Directory.EnumerateFiles(folder, pattern) : [];
    }

    private static bool HasChecksOfItsOwn(string name) => name.StartsWith("libonnxruntime") || name == "libOpenCvSharpExtern.so";

    private static Version? Highest(IEnumerable<string> versions) =>
        versions.Where(version => version.StartsWith(VersionPrefix, StringComparison.Ordinal))
            .Select(version => Version.TryParse(version[VersionPrefix.Length..], out var parsed) ? parsed : null).Max();
}
