using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Inference;
using Edge.Training.Data;
using Edge.Training.Learning;
using Edge.Training.Networks;
using static TorchSharp.torch;

namespace Edge.Training.Onnx;

/// <summary>Holds the exported network against the trained one: the same inputs through libtorch and through ONNX Runtime.</summary>
internal static class ParityProof
{
    /// <summary>Largest absolute difference that is accepted.</summary>
    public const double Limit = 1e-4;

    private const ulong Seed = 0x9A517;

    /// <summary>Compares eps and log-odds over random and real inputs, several timesteps, batch and picture sizes.</summary>
    /// <param name="networks">The networks, on the CPU.</param>
    /// <param name="folder">Holds their ONNX files.</param>
    /// <param name="multiple">What picture sizes are multiples of.</param>
    /// <param name="pictures">Real pictures to try.</param>
    /// <returns>Largest difference; where values exceed 1, relative to the largest: noise and a small timestep, which no training has seen together, drive them far up.</returns>
    public static double Measure(TrainedNetworks networks, string folder, int multiple, IReadOnlyList<TrainingPicture> pictures)
    {
        var options = new InferenceOptions { Provider = ExecutionProvider.Cpu };
        using var denoiser = OnnxDenoiser.Open(Path.Combine(folder, UNetExporter.EpsFile), options);
        using var defects = PlaneNetwork.Open(Path.Combine(folder, UNetExporter.LogOddsFile), Reading.LogOddsPlane, options);
        var largest = 0.0;
        foreach (var (x, t, shape) in Inputs(networks.denoiser.Options.Channels, multiple, pictures))
        {
            using var scope = new TorchScope();
            var input = tensor(x, [t.Length, shape.Channels, shape.Height, shape.Width]);
            var (predicted, logOdds) = (new float[x.Length], new float[t.Length * shape.Pixels]);
            denoiser.Predict(x, t, shape, predicted);
            for (var n = 0; n < t.Length; n++)
                defects.Evaluate(x.AsSpan(n * shape.Length, shape.Length), shape, logOdds.AsSpan(n * shape.Pixels, shape.Pixels));
            largest = Math.Max(largest, Math.Max(Difference(networks.denoiser.call(input, tensor(t, [t.Length])), predicted), Difference(networks.defects.call(input, null), logOdds)));
        }
        return largest;
    }

    private static IEnumerable<(float[] X, float[] T, PictureShape Shape)> Inputs(int channels, int m, IReadOnlyList<TrainingPicture> pictures)
    {
        var stream = 0UL;
        foreach (var (height, width) in new[] { (8 * m, 8 * m), (12 * m, 5 * m), (32 * m, 32 * m) })
            foreach (var t in new[] { new float[] { 0 }, [25], [299, 3, 100] })
            {
                var shape = new PictureShape(channels, height, width);
                var x = new float[t.Length * shape.Length];
                PhiloxNoise.Fill(x, Seed, stream++);
                yield return (x, t, shape);
            }
        foreach (var picture in pictures.Take(3))
        {
            var side = 16 * m;
            var shape = new PictureShape(channels, side, side);
            var x = new float[shape.Length];
            picture.Crop(side, 0, 0, false, false, x);
            yield return (x, [8], shape);
            yield return (x, [200], shape);
        }
    }

    private static double Difference(Tensor expected, ReadOnlySpan<float> actual)
    {
        var values = expected.data<float>().ToArray();
        if (values.Length != actual.Length)
            throw new InvalidOperationException($"The exported network gives {actual.Length} values where the trained one gives {values.Length}.");
        var (largest, size) = (0.0, 1.0);
        for (var i = 0; i < values.Length; i++)
        {
            largest = Math.Max(largest, float.IsFinite(actual[i]) ? Math.Abs(values[i] - actual[i]) : double.PositiveInfinity);
            size = Math.Max(size, Math.Abs(values[i]));
        }
        return largest / size;
    }
}
