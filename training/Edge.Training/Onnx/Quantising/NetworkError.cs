namespace Edge.Training.Onnx.Quantising;

/// <summary>How far a network's answers are from another's: the root mean square of the difference over the answer's own deviation.</summary>
/// <param name="Eps">Of the predicted noise.</param>
/// <param name="Logit">Of the log-odds; 0 where there are none.</param>
internal readonly record struct NetworkError(double Eps, double Logit)
{
    /// <summary>That of the answer which is read at a timestep: the log-odds at 0, the noise above.</summary>
    public double At(int t) => t == 0 ? Logit : Eps;

    /// <summary>The mean error over pictures.</summary>
    /// <param name="outputs">The outputs' names.</param>
    /// <param name="expected">Their values, picture by picture.</param>
    /// <param name="actual">Those of the other network.</param>
    public static NetworkError Of(IReadOnlyList<string> outputs, IReadOnlyList<float[][]> expected, IReadOnlyList<float[][]> actual)
    {
        var errors = outputs.Select((name, k) => (name, Error: expected.Select((values, i) => Relative(values[k], actual[i][k])).Average())).ToDictionary(e => e.name, e => e.Error);
        return new NetworkError(errors["eps"], errors.GetValueOrDefault("logit"));
    }

    private static double Relative(float[] expected, float[] actual)
    {
        var mean = expected.Average(v => (double)v);
        var (difference, deviation) = (0.0, 0.0);
        for (var i = 0; i < expected.Length; i++)
        {
            difference += Math.Pow(expected[i] - (double)actual[i], 2);
            deviation += Math.Pow(expected[i] - mean, 2);
        }
        // An answer without any variation has nothing to be held against.
        return deviation > 0 ? Math.Sqrt(difference / deviation) : 0;
    }
}
