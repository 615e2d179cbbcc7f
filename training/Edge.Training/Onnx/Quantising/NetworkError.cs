namespace Edge.Training.Onnx.Quantising;

/// <summary>How far a network's answers are from another's: the root mean square of the difference over the answer's own deviation.</summary>
internal static class NetworkError
{
    /// <summary>The mean over pictures.</summary>
    /// <param name="expected">The answer to each picture.</param>
    /// <param name="actual">Those of the other network.</param>
    public static double Of(IReadOnlyList<float[]> expected, IReadOnlyList<float[]> actual) => expected.Zip(actual, Relative).Average();

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
