namespace Edge.Bench.Promise;

/// <summary>False-reject rates that random splits have shown at one rate asked for. Null: no split could promise it.</summary>
/// <param name="Alpha">The rate asked for.</param>
/// <param name="Calibrating">Pictures that calibrate in each split, or groups of them.</param>
/// <param name="Counted">Pictures whose false rejects are counted in each split, or groups of them.</param>
internal sealed record SplitOutcome(double Alpha, int Calibrating, int Counted)
{
    /// <summary>The mean that is promised: floor(alpha (n + 1)) / (n + 1) of n pictures, each of its own; alpha, as the highest, of groups.</summary>
    public double? Promised { get; init; }

    /// <summary>Mean of the rates seen.</summary>
    public double? Mean { get; init; }

    /// <summary>Their standard deviation.</summary>
    public double? Deviation { get; init; }

    /// <summary>Their 5 % quantile.</summary>
    public double? Low { get; init; }

    /// <summary>Their 95 % quantile.</summary>
    public double? High { get; init; }

    /// <summary>Share of the splits whose rate lies in the binomial 95 % interval of <see cref="Promised"/>.</summary>
    public double? Within { get; init; }

    /// <summary>The share that exchangeable pictures have there. The interval of a small count holds more than 95 %, but the threshold varies too.
    /// Null for groups, where it is not known.</summary>
    public double? WithinExpected { get; init; }

    /// <summary>Splits that could not promise the rate: all where half the pictures are too few, else those with too many unlike pictures.</summary>
    public int Refused { get; init; }

    /// <summary>Calibration pictures, or groups, that the rate needs at least.</summary>
    public long Needed { get; init; }
}
