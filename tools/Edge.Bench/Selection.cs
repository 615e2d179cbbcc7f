using Edge.CommandLine;
using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;

namespace Edge.Bench;

/// <summary>Which profiles a command runs, and on which good pictures.</summary>
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

    /// <summary>The good pictures of a folder, or those of <c>test/good</c> where it is a data set in MVTec AD's layout.</summary>
    /// <exception cref="UsageException">There is no such folder, or no picture in it.</exception>
    public static IReadOnlyList<string> GoodPictures(string data)
    {
        if (!Directory.Exists(data))
            throw new UsageException($"--data: {data}: no such folder.");
        var good = Path.Combine(data, "test", "good");
        var folder = Directory.Exists(good) ? good : data;
        var pictures = PictureFolder.In(folder);
        return pictures.Count > 0
            ? pictures
            : throw new UsageException($"--data: {folder}: holds no picture; name a folder of good pictures that took no part in training, "
                + "or a data set with test/good.");
    }
}
