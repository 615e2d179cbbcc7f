using Edge.CommandLine;
using Edge.Runtime.Bundles;

namespace Edge.Bench;

/// <summary>Which profiles a command runs.</summary>
internal static class Selection
{
    /// <summary>The profiles asked for, or all of the bundle.</summary>
    /// <exception cref="UsageException">The bundle has no profile of a name given, or not in the precision given.</exception>
    public static IReadOnlyList<ProfileKey> Profiles(ISubject subject, ProfileKey[] asked)
    {
        foreach (var key in asked)
            if (!subject.Profiles.Contains(key))
                throw new UsageException($"--profiles: the bundle {subject.Bundle} has no profile '{key}'; it has {string.Join(", ", subject.Profiles)}.");
        return asked.Length > 0 ? asked : subject.Profiles;
    }
}
