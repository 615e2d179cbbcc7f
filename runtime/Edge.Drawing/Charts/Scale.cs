using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Edge.Drawing.Charts;

/// <summary>What one axis of a chart spans. ScottPlot's axes are linear: a logarithmic one shows decimal logarithms under ticks of its own.</summary>
/// <param name="From">Value at its start; above 0 where it is logarithmic.</param>
/// <param name="To">Value at its end, above the start.</param>
/// <param name="IsLogarithmic">Whether equal distances are equal factors.</param>
internal readonly record struct Scale(double From, double To, bool IsLogarithmic = false)
{
    /// <summary>A scale around values, with a little room at both ends; logarithmic where they are positive and span more than tenfold.</summary>
    public static Scale Around(IEnumerable<double> values)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (var value in values)
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        if (low > 0 && high > 10 * low)
        {
            var room = Math.Pow(high / low, 0.05);
            return new Scale(low / room, high * room, IsLogarithmic: true);
        }
        // Values that differ by rounding alone are one value: round numbers between them cannot be counted.
        var size = Math.Max(Math.Abs(low), Math.Abs(high));
        var margin = high - low > 1e-6 * size ? 0.08 * (high - low) : Math.Max(0.08 * size, 1e-3);
        return new Scale(low - margin, high + margin);
    }

    /// <summary>A value's coordinate on ScottPlot's axis.</summary>
    public double Of(double value) => IsLogarithmic ? Math.Log10(Math.Max(value, From)) : value;

    /// <summary>Where a value lies, 0 (start) to 1 (end); values outside lie at the ends.</summary>
    public double Place(double value) => Math.Clamp((Of(value) - Of(From)) / (Of(To) - Of(From)), 0, 1);

    /// <summary>The value that lies at a place, 0 to 1.</summary>
    public double At(double place) => IsLogarithmic ? From * Math.Pow(To / From, place) : From + place * (To - From);

    /// <summary>Gives an axis this scale, its ticks and a title with its unit.</summary>
    public void Apply(IAxis axis, string title)
    {
        axis.Label.Text = title;
        axis.Range.Set(Of(From), Of(To));
        axis.TickGenerator = IsLogarithmic
            ? new NumericManual([.. Decades().Select(value => new Tick(Math.Log10(value), value.ToString("0.######", CultureInfo.InvariantCulture)))])
            : new NumericAutomatic { TargetTickCount = 6 };
    }

    /// <summary>The round values that a logarithmic scale marks: 1, 2 and 5 of each decade, or 1 alone where there are many decades.</summary>
    internal IEnumerable<double> Decades()
    {
        var (low, high) = (From, To);
        return from decade in Enumerable.Range((int)Math.Floor(Math.Log10(low)), (int)Math.Ceiling(Math.Log10(high / low)) + 2)
               from part in (double[])(high / low > 300 ? [1] : [1, 2, 5])
               let value = part * Math.Pow(10, decade)
               where value >= low && value <= high
               select value;
    }
}
