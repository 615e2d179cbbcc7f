using Edge.CommandLine;

namespace Edge.Bench;

/// <summary>Which profiles a command runs.</summary>
internal static class Selection
{
    /// <summary>The profiles asked for, or all of the bundle.</summary>
    /// <exception cref="UsageException">The bundle has no profile of a name given.</exception>
    public static IReadOnlyList<string> Profiles(ISubject subject, string[] asked)
    {
        foreach (var name in asked)
            if (!subject.ProfileNames.Contains(name))
                throw new UsageException($"--profiles: the bundle {subject.Bundle} has no profile '{name}'; it has {string.Join(", ", subject.ProfileNames)}.");
        return asked.Length > 0 ? asked : subject.ProfileNames;
    }
}
