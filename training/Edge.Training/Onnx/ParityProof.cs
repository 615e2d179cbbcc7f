using Edge.Runtime;
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

    /// <summary>Compares eps, log-odds and every feature over random and real inputs, several timesteps, batch and picture sizes.</summary>
    /// <param name="model">The network, on the CPU.</param>
    /// <param name="folder">Holds its ONNX files.</param>
    /// <param name="pictures">Real pictures to try.</param>
    /// <returns>Largest difference of eps and log-odds, and of the features; where values exceed 1, relative to the largest: noise and a small timestep, which no
    /// training has seen together, drive them far up.</returns>
    public static (double Eps, double Features) Measure(UNetModel model, string folder, IReadOnlyList<TrainingPicture> pictures)
    {
        var options = new InferenceOptions { Provider = ExecutionProvider.Cpu };
        using var denoiser = OnnxDenoiser.Open(Path.Combine(folder, UNetExporter.EpsFile), options);
        using var features = FeatureNetwork.Open(Path.Combine(folder, UNetExporter.FeaturesFile), options);
        var (eps, feature) = (0.0, 0.0);
        foreach (var (x, t, shape) in Inputs(model.Options, pictures))
        {
            using var scope = new TorchScope();
            var input = tensor(x, [t.Length, shape.Channels, shape.Height, shape.Width]);
            var time = tensor(t, [t.Length]);

            var (predicted, logits) = (new float[x.Length], new float[t.Length * shape.Pixels]);
            denoiser.Predict(x, t, shape, predicted, logits);
            var both = model.call(input, time);
            eps = Math.Max(eps, Math.Max(Difference(both.narrow(1, 0, shape.Channels), predicted), Difference(both.narrow(1, shape.Channels, 1), logits)));

            var activations = model.Activations(input, time);
            var maps = features.Run(x, t, shape);
            for (var i = 0; i < maps.Count; i++)
                feature = Math.Max(feature, Difference(activations[i], maps[i].Values.Span));
        }
        return (eps, feature);
    }

    private static IEnumerable<(float[] X, float[] T, PictureShape Shape)> Inputs(UNetOptions network, IReadOnlyList<TrainingPicture> pictures)
    {
        var m = network.SizeMultiple;
        var stream = 0UL;
        foreach (var (height, width) in new[] { (8 * m, 8 * m), (12 * m, 5 * m), (32 * m, 32 * m) })
            foreach (var t in new[] { new float[] { 0 }, [25], [299, 3, 100] })
            {
                var shape = new PictureShape(network.Channels, height, width);
                var x = new float[t.Length * shape.Length];
                PhiloxNoise.Fill(x, Seed, stream++);
                yield return (x, t, shape);
            }
        foreach (var picture in pictures.Take(3))
        {
            var side = 16 * m;
            var shape = new PictureShape(network.Channels, side, side);
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
