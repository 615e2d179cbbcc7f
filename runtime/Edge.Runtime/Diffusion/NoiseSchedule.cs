namespace Edge.Runtime.Diffusion;

/// <summary>
/// How much of a picture is left at each index t of the forward process (Ho et al. 2020, arXiv 2006.11239):
/// x_t = sqrt(abar_t) x_0 + sqrt(1 - abar_t) e, with abar_t the running product of 1 - beta. Equal when its four parameters are equal.
/// </summary>
internal sealed record NoiseSchedule
{
    private readonly double[] _abar;

    /// <summary>Builds the schedule; the defaults are those of the paper.</summary>
    /// <param name="numTrainTimesteps">Number of indices, 2 or more.</param>
    /// <param name="betaStart">beta at index 0, above 0.</param>
    /// <param name="betaEnd">beta at the last index, not below <paramref name="betaStart"/> and below 1.</param>
    /// <param name="betaSchedule">How beta runs between the two; only <c>linear</c> is known.</param>
    /// <exception cref="ArgumentException">A parameter is outside its range.</exception>
    public NoiseSchedule(int numTrainTimesteps = 1000, double betaStart = 1e-4, double betaEnd = 0.02, string betaSchedule = "linear")
    {
        if (betaSchedule != "linear")
            throw new ArgumentException($"schedule: beta_schedule '{betaSchedule}' is not known; use 'linear'", nameof(betaSchedule));
        if (numTrainTimesteps < 2)
            throw new ArgumentException($"schedule: num_train_timesteps {numTrainTimesteps} must be 2 or more", nameof(numTrainTimesteps));
        if (!(betaStart > 0 && betaStart <= betaEnd && betaEnd < 1))
            throw new ArgumentException($"schedule: beta_start {betaStart} and beta_end {betaEnd} must satisfy 0 < beta_start <= beta_end < 1",
                nameof(betaStart));

        NumTrainTimesteps = numTrainTimesteps;
        BetaStart = betaStart;
        BetaEnd = betaEnd;
        BetaSchedule = betaSchedule;

        _abar = new double[numTrainTimesteps];
        var product = 1.0;
        for (var t = 0; t < numTrainTimesteps; t++)
            _abar[t] = product *= 1 - (betaStart + (betaEnd - betaStart) * t / (numTrainTimesteps - 1));
    }

    /// <summary>Number of indices; t runs from 0 to one less.</summary>
    public int NumTrainTimesteps { get; }

    /// <summary>beta at index 0.</summary>
    public double BetaStart { get; }

    /// <summary>beta at the last index.</summary>
    public double BetaEnd { get; }

    /// <summary>How beta runs between its ends: <c>linear</c>.</summary>
    public string BetaSchedule { get; }

    /// <summary>The share of the picture's variance that is left at index t, in (0, 1).</summary>
    /// <exception cref="ArgumentException">t is outside the schedule.</exception>
    public double Abar(int t) => (uint)t < (uint)_abar.Length
        ? _abar[t]
        : throw new ArgumentException($"t {t} lies outside the schedule, whose indices are 0 to {NumTrainTimesteps - 1}", nameof(t));

    /// <summary>sqrt(abar_t): what the picture is multiplied by.</summary>
    /// <inheritdoc cref="Abar" path="/exception"/>
    public double SqrtAbar(int t) => Math.Sqrt(Abar(t));

    /// <summary>sqrt(1 - abar_t): what the noise is multiplied by.</summary>
    /// <inheritdoc cref="Abar" path="/exception"/>
    public double SqrtOneMinusAbar(int t) => Math.Sqrt(1 - Abar(t));

    /// <summary>The same level in the variance-exploding view, sqrt((1 - abar_t) / abar_t): noise added to an undiminished picture.</summary>
    /// <inheritdoc cref="Abar" path="/exception"/>
    public double Sigma(int t) => Math.Sqrt((1 - Abar(t)) / Abar(t));

    /// <inheritdoc/>
    public bool Equals(NoiseSchedule? other) => other is not null && NumTrainTimesteps == other.NumTrainTimesteps
        && BetaStart.Equals(other.BetaStart) && BetaEnd.Equals(other.BetaEnd) && BetaSchedule == other.BetaSchedule;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(NumTrainTimesteps, BetaStart, BetaEnd, BetaSchedule);
}
