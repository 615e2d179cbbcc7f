using Edge.Runtime;
using Edge.Runtime.Inspection;

namespace Edge.Training.Data;

/// <summary>
/// Splits pictures into those that are trained on, those that settings are fitted by and those that calibrate. Whole groups are held out, and no
/// group is in two parts. Then a new picture is exchangeable with the calibration pictures given everything that was learnt or chosen
/// (Vovk et al. 2005).
/// </summary>
internal static class PictureSplit
{
    /// <summary>Fewest pictures in <see cref="SplitPart.Fitting"/>.</summary>
    public const int FewestFitting = 5;

    /// <summary>Fewest pictures in <see cref="SplitPart.Calibration"/>.</summary>
    public const int FewestCalibration = Calibrator.Fewest;

    /// <summary>Fewest pictures that can be held out.</summary>
    public const int FewestHeldOut = FewestFitting + FewestCalibration;

    private const int MostFitting = 32;

    /// <summary>Calibration pictures, or groups of them, that a false-reject rate of 1 % needs.</summary>
    private const int ForOnePercent = 99;

    /// <summary>Held-out pictures of which a fifth fit and <see cref="ForOnePercent"/> calibrate.</summary>
    private const int HeldOutForOnePercent = 123;

    /// <summary>More than these are held out only where the caller says so or where groups need it: they would be missed in training.</summary>
    private const int MostByDefault = 400;

    /// <summary>How many pictures are held out by default where every picture is a group of its own: a fifth and at most 400. Where that is too few for 1 %
    /// false rejects, as many as it takes, up to half of all.</summary>
    public static int DefaultHoldOut(int pictures) => Math.Min(pictures / 2, Math.Max(HeldOutForOnePercent, Math.Min(pictures / 5, MostByDefault)));

    /// <summary>How many of the held-out pictures fit: a fifth, at least 5 and at most 32.</summary>
    public static int FittingOf(int heldOut) => Math.Clamp(heldOut / 5, FewestFitting, MostFitting);

    /// <summary>Splits pictures, the last of them first.</summary>
    /// <param name="groups">The group of every picture, the pictures in random order.</param>
    /// <param name="holdOut">How many to hold out: groups are added until they hold so many. Null holds out what 1 % false rejects need by groups, up to half of
    /// all pictures.</param>
    /// <returns>The part of every picture. One group at least is in every part.</returns>
    /// <exception cref="PictureException">The pictures or their groups are too few for three parts.</exception>
    public static SplitPart[] Of(IReadOnlyList<int> groups, int? holdOut)
    {
        if (holdOut is { } asked && (asked < FewestHeldOut || asked >= groups.Count))
            throw new PictureException($"--hold-out {asked} of {groups.Count} pictures: {FewestHeldOut} at least are needed, {FewestFitting} to fit constants and "
                + $"{FewestCalibration} to calibrate, and one at least must be left to train on.");
        var sizes = groups.CountBy(g => g).ToDictionary();
        if (sizes.Count < 3)
            throw new PictureException($"The pictures make {sizes.Count} group{(sizes.Count == 1 ? "" : "s")}; training, fitting and calibration need one each. "
                + "Add pictures of other parts, or name finer groups with --groups.");

        int[] order = [.. groups.Reverse().Distinct()];
        var (heldOut, count) = (new List<int>(), 0);
        foreach (var group in order)
        {
            var enough = holdOut is { } wanted ? count >= wanted
                : count >= DefaultHoldOut(groups.Count) && (count >= groups.Count / 2 || heldOut.Count - GroupsThatFit() >= ForOnePercent);
            // Both parts of what is held out need a group, and so does training.
            if ((enough && heldOut.Count >= 2) || heldOut.Count == order.Length - 1)
                break;
            if (holdOut is null && heldOut.Count >= 2 && count >= FewestHeldOut && count + sizes[group] > groups.Count / 2)
                continue;
            heldOut.Add(group);
            count += sizes[group];
        }
        var fitting = Fitting(heldOut, sizes);
        SplitPart[] parts = [.. groups.Select(g => fitting.Contains(g) ? SplitPart.Fitting : heldOut.Contains(g) ? SplitPart.Calibration : SplitPart.Training)];
        RequireEnough(parts);
        return parts;

        int GroupsThatFit() => (int)Math.Ceiling((double)heldOut.Count * FittingOf(count) / count);
    }

    /// <summary>Splits pictures that are all held out, as those of a calibration folder are.</summary>
    /// <param name="groups">The group of every picture, the pictures in random order.</param>
    /// <exception cref="PictureException">The pictures or their groups are too few for two parts.</exception>
    public static SplitPart[] OfHeldOut(IReadOnlyList<int> groups)
    {
        var fitting = Fitting([.. groups.Reverse().Distinct()], groups.CountBy(g => g).ToDictionary());
        SplitPart[] parts = [.. groups.Select(g => fitting.Contains(g) ? SplitPart.Fitting : SplitPart.Calibration)];
        RequireEnough(parts);
        return parts;
    }

    /// <summary>The groups that fit: as they come while they fit in, then the smallest until there are enough.</summary>
    private static HashSet<int> Fitting(List<int> heldOut, Dictionary<int, int> sizes)
    {
        var wanted = FittingOf(heldOut.Sum(g => sizes[g]));
        var (fitting, count) = (new HashSet<int>(), 0);
        foreach (var group in heldOut)
            if (count + sizes[group] <= wanted)
                Add(group);
        foreach (var group in heldOut.Where(g => !fitting.Contains(g)).OrderBy(g => sizes[g]).SkipLast(1).ToArray())
            if (count < FewestFitting)
                Add(group);
        return fitting;

        void Add(int group)
        {
            fitting.Add(group);
            count += sizes[group];
        }
    }

    private static void RequireEnough(SplitPart[] parts)
    {
        var (fitting, calibration) = (parts.Count(p => p == SplitPart.Fitting), parts.Count(p => p == SplitPart.Calibration));
        if (fitting < FewestFitting || calibration < FewestCalibration)
            throw new PictureException($"Of {parts.Length} pictures {fitting} would fit constants and {calibration} calibrate; at least {FewestFitting} and "
                + $"{FewestCalibration} are needed, and no group may be in both. Add pictures, or name finer groups with --groups.");
    }
}
