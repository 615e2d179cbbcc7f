using System.Numerics.Tensors;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Imaging;

/// <summary>
/// Gives every picture one exposure, for parts that come in many: light and gain multiply what a camera sees, so its logarithm is taken, less its median, over the distance of its
/// first and ninth decile. A defect hardly moves these, as it would mean and standard deviation, and so does not show where it is not. Allocates nothing.
/// </summary>
internal static class EqualExposure
{
    /// <summary>Grey levels of 256 that are added before the logarithm, so that a black pixel's noise is not blown up.</summary>
    private const float Floor = 4;

    /// <summary>Least spread that is divided by, so that a picture of one colour stays one: a contrast of two in a hundred.</summary>
    private const float LeastSpread = 0.02f;

    /// <summary>So many spreads off the median are three quarters of the way to black or white: tanh(z / 5).</summary>
    private const float Reach = 5;

    /// <summary>From the first to the ninth decile a Gaussian of deviation 1 has so much.</summary>
    private const float BetweenDeciles = 2.5631031f;

    /// <summary>Takes the logarithm of a picture.</summary>
    /// <param name="values">In [-1, 1]; receives ln(grey level of 256 + 4), above 1.</param>
    internal static void TakeLogarithm(Span<float> values)
    {
        TensorPrimitives.Multiply(values, 127.5f, values);
        TensorPrimitives.Add(values, 127.5f + Floor, values);
        TensorPrimitives.Log(values, values);
    }

    /// <summary>Gives a picture the one exposure.</summary>
    /// <param name="values">In [-1, 1], of all channels; receives tanh((ln(grey + 4) - median) / (5 spread)), in (-1, 1).</param>
    public static void Apply(Span<float> values)
    {
        TakeLogarithm(values);
        var median = Quantile.Select(values, values.Length / 2);
        var spread = (Quantile.Select(values, values.Length * 9 / 10) - Quantile.Select(values, values.Length / 10)) / BetweenDeciles;
        TensorPrimitives.Subtract(values, median, values);
        TensorPrimitives.Multiply(values, 1 / (Reach * Math.Max(spread, LeastSpread)), values);
        TensorPrimitives.Tanh(values, values);
    }
}
