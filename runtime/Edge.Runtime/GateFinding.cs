using Edge.Runtime.Scoring;
namespace Edge.Runtime;

/// <summary>What makes a picture unlike any good one: one statistic outside the range of good pictures.</summary>
/// <param name="Statistic">Its name, as in the bundle's <c>gate</c>.</param>
/// <param name="Value">Its value, a logarithm to the base 2.</param>
/// <param name="Low">Lowest value that is accepted.</param>
/// <param name="High">Highest value that is accepted.</param>
public readonly record struct GateFinding(string Statistic, float Value, float Low, float High)
{
    /// <summary>Value over the nearer limit: 0.06 means a sixteenth of the lowest that is accepted.</summary>
    public double Ratio => Math.Pow(2, Value - (Value < Low ? Low : High));

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Statistic} is {Ratio:0.###} times the {(Value < Low ? "lowest" : "highest")} that is accepted");
}
