using System.Globalization;

namespace Edge.Bench.Report;

/// <summary>One direction of a chart.</summary>
/// <param name="Title">What it shows, with its unit.</param>
/// <param name="From">Value at its start; above 0 where it is logarithmic.</param>
/// <param name="To">Value at its end, above the start.</param>
/// <param name="IsLogarithmic">Whether equal distances are equal factors.</param>
/// <param name="Unit">Written after each number.</param>
internal sealed record Axis(string Title, double From, double To, bool IsLogarithmic = false, string Unit = "")
{
    /// <summary>An axis around values, with a little room at both ends; logarithmic where they are positive and span more than a factor of ten.</summary>
    public static Axis Around(string title, IEnumerable<double> values)
    {
        double low = values.Min(), high = values.Max();
        if (low > 0 && high > 10 * low)
        {
            var room = Math.Pow(high / low, 0.05);
            return new Axis(title, low / room, high * room, IsLogarithmic: true);
        }
        // Values that differ by rounding alone are one value: round numbers between them cannot be counted.
        var size = Math.Max(Math.Abs(low), Math.Abs(high));
        var margin = high - low > 1e-6 * size ? 0.08 * (high - low) : Math.Max(0.08 * size, 1e-3);
        return new Axis(title, low - margin, high + margin);
    }

    /// <summary>Where a value lies, 0 (start) to 1 (end); values outside lie at the ends.</summary>
    public double Place(double value) => Math.Clamp(
        IsLogarithmic ? Math.Log(Math.Max(value, From) / From) / Math.Log(To / From) : (value - From) / (To - From), 0, 1);

    /// <summary>The value that lies at a place, 0 to 1.</summary>
    public double At(double place) => IsLogarithmic ? From * Math.Pow(To / From, place) : From + place * (To - From);

    /// <summary>Round values to mark, with what to write there.</summary>
    public IEnumerable<(double Value, string Text)> Ticks() =>
        (IsLogarithmic ? Decades() : Steps()).Select(value => (value, value.ToString("0.######", CultureInfo.InvariantCulture) + Unit));

    IEnumerable<double> Steps()
    {
        double rough = (To - From) / 5, power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * ((rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
        for (var i = Math.Ceiling(From / step - 1e-9); i * step <= To + 1e-9 * step; i++)
            yield return Math.Round(i * step, 12) + 0.0;   // the sum makes 0 of -0
    }

    IEnumerable<double> Decades() =>
        from decade in Enumerable.Range((int)Math.Floor(Math.Log10(From)), (int)Math.Ceiling(Math.Log10(To / From)) + 2)
        from part in (double[])(To / From > 300 ? [1] : [1, 2, 5])
        let value = part * Math.Pow(10, decade)
        where value >= From && value <= To
        select value;
}
