using Edge.Runtime.Bundles;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inference;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Inspection;

/// <summary>
/// Pictures that show no good part, made of a good one: a dead lamp, glare, a lens cap, a torn cable, a lens out of focus. Every profile of every bundle must call
/// each of them NG, and so the bundle's pictures of other products.
/// </summary>
internal static class NegativeControls
{
    /// <summary>Names of the controls that are made of a good picture.</summary>
    public static IReadOnlyList<string> Names { get; } = ["black", "white", "grey", "static", "half static", "blurred", "a sixteenth as bright"];

    /// <summary>Inspects every control with one profile in one precision.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="profile">A profile of it.</param>
    /// <param name="inference">Where and how the network runs; null takes the best device there is.</param>
    /// <returns>Each control's name and result; none may be <see cref="Outcome.Good"/>.</returns>
    /// <exception cref="BundleException">The bundle has no golden sample to make them of, or one cannot be inspected.</exception>
    /// <exception cref="DeviceException">The device asked for does not work.</exception>
    public static IReadOnlyList<(string Name, InspectionResult Result)> Check(Bundle bundle, ProfileKey profile, InferenceOptions? inference = null)
    {
        if (bundle.GoldenSamplePaths.Count == 0)
            throw new BundleException($"{BundleManifest.PathIn(bundle.Folder)}: golden_samples is empty, so nothing proves that the bundle works here; make it again with the trainer.");
        using var model = Model.Open(bundle, new ModelOptions { Profile = profile.Name, Precision = profile.Precision, Inference = inference ?? new InferenceOptions() });
        using var inspector = model.CreateInspector();
        try
        {
            using var good = PictureFile.Read(bundle.GoldenSamplePaths[0]);
            var made = Make(good.AsFrame().ToPlain(), bundle.Profile(profile), bundle.Manifest.Network.Channels);
            var results = Names.Select((name, i) => (name, inspector.Inspect(new Frame(made[i], good.Width, good.Height, good.Channels, good.BytesPerChannel)))).ToList();
            results.AddRange(bundle.OtherPaths.Select(path => (Path.GetFileName(path), inspector.Inspect(path))));
            return results;
        }
        catch (PictureException e)
        {
            throw new BundleException($"negative control: {e.Message}", e);
        }
    }

    /// <summary>Refuses a bundle that calls a picture OK that shows no good part.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="profiles">Profiles of it.</param>
    /// <param name="inference">Where and how the network runs; null takes the best device there is.</param>
    /// <exception cref="BundleException">One is called OK; the message names profile and picture.</exception>
    /// <exception cref="DeviceException">The device asked for does not work.</exception>
    public static void Require(Bundle bundle, IEnumerable<ProfileKey> profiles, InferenceOptions? inference = null)
    {
        foreach (var profile in profiles)
            foreach (var (name, result) in Check(bundle, profile, inference))
                if (!result.IsNg)
                    throw new BundleException($"{bundle.Folder}: {profile} calls a picture OK that shows no good part ({name}, score {result.Score:G4}). Do not use it; make the bundle "
                        + "again with edge-train, and look whether such a picture is among the good ones.");
    }

    /// <summary>The controls, in the order of <see cref="Names"/>: rows without gaps, in the good picture's channels and depth.</summary>
    internal static byte[][] Make(in Frame good, Profile profile, int channels)
    {
        var bytes = Packed(good);
        var wide = good.BytesPerChannel == 2;
        var noise = Static(bytes.Length);
        byte[] half = [.. bytes];
        var row = good.Width * good.Channels * good.BytesPerChannel;
        for (var y = 0; y < good.Height; y++)
            noise.AsSpan(y * row, row / 2).CopyTo(half.AsSpan(y * row));
        return
        [
            new byte[bytes.Length], Filled(bytes.Length, 255), Filled(bytes.Length, 128), noise, half, Blurred(good, bytes, profile, channels),
            wide ? Each16(bytes, v => (ushort)(v / 16)) : [.. bytes.Select(v => (byte)(v / 16))],
        ];
    }

    /// <summary>Blurs until every sharpness lies below the range of good pictures, as a lens does that is out of focus.</summary>
    private static byte[] Blurred(in Frame good, byte[] bytes, Profile profile, int channels)
    {
        var gate = profile.Gate.TakeWhile(range => !range.Statistic.Contains(' ', StringComparison.Ordinal)).ToList();
        var statistics = new float[channels * PictureStatistics.PerChannel];
        var side = Math.Min(good.Width, good.Height);
        for (var radius = 1; ; radius = radius * 3 / 2 + 1)
        {
            var blurred = Box(Box(bytes, good, radius), good, radius);
            PictureStatistics.Measure(new Frame(blurred, good.Width, good.Height, good.Channels, good.BytesPerChannel), channels, null, statistics);
            if (radius >= side || gate.Index().All(range => !range.Item.Statistic.StartsWith("sharpness", StringComparison.Ordinal) || statistics[range.Index] < range.Item.Low))
                return blurred;
        }
    }

    private static byte[] Box(byte[] bytes, in Frame good, int radius)
    {
        var (width, height, channels, size) = (good.Width, good.Height, good.Channels, good.BytesPerChannel);
        var values = new double[(height + 1) * (width + 1)];
        var result = new byte[bytes.Length];
        for (var c = 0; c < channels; c++)
        {
            for (var y = 0; y < height; y++)
            {
                double row = 0;
                for (var x = 0; x < width; x++)
                {
                    row += Get(bytes, (y * width + x) * channels + c, size);
                    values[(y + 1) * (width + 1) + x + 1] = values[y * (width + 1) + x + 1] + row;
                }
            }
            for (var y = 0; y < height; y++)
                for (var x = 0; x < width; x++)
                {
                    var (top, bottom) = (Math.Max(0, y - radius), Math.Min(height, y + radius + 1));
                    var (left, right) = (Math.Max(0, x - radius), Math.Min(width, x + radius + 1));
                    var sum = values[bottom * (width + 1) + right] - values[top * (width + 1) + right] - values[bottom * (width + 1) + left] + values[top * (width + 1) + left];
                    Set(result, (y * width + x) * channels + c, size, sum / ((bottom - top) * (right - left)));
                }
        }
        return result;
    }

    private static byte[] Packed(in Frame frame)
    {
        var row = frame.Width * frame.Channels * frame.BytesPerChannel;
        var bytes = new byte[row * frame.Height];
        for (var y = 0; y < frame.Height; y++)
            frame.Row(y).CopyTo(bytes.AsSpan(y * row));
        return bytes;
    }

    private static byte[] Static(int length)
    {
        var noise = new byte[length];
        // The same on every machine and in every version of .NET.
        var state = 0x9E3779B97F4A7C15UL;
        for (var i = 0; i < length; i++)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            noise[i] = (byte)(state >> 32);
        }
        return noise;
    }

    private static byte[] Filled(int length, byte value)
    {
        var bytes = new byte[length];
        Array.Fill(bytes, value);
        return bytes;
    }

    private static byte[] Each16(byte[] bytes, Func<ushort, ushort> change)
    {
        var result = new byte[bytes.Length];
        for (var i = 0; i < bytes.Length / 2; i++)
            Set(result, i, 2, change((ushort)Get(bytes, i, 2)));
        return result;
    }

    private static double Get(byte[] bytes, int i, int size) => size == 1 ? bytes[i] : bytes[2 * i] | bytes[2 * i + 1] << 8;

    private static void Set(byte[] bytes, int i, int size, double value)
    {
        var rounded = (int)Math.Round(value);
        if (size == 1)
        {
            bytes[i] = (byte)rounded;
            return;
        }
        bytes[2 * i] = (byte)rounded;
        bytes[2 * i + 1] = (byte)(rounded >> 8);
    }
}
