using Edge.Training.Networks;
using static TorchSharp.torch;

namespace Edge.Training.Tests.Onnx;

internal static class RandomNetwork
{
    /// <summary>Networks none of whose weights is zero, as if they had been trained. Both have one architecture.</summary>
    public static TrainedNetworks Of(UNetOptions options)
    {
        // A beginning of its own, or every run would test another network.
        manual_seed(5);
        var model = new TrainedNetworks(options, options);
        using var off = no_grad();
        var stream = 0UL;
        foreach (var parameter in model.parameters())
        {
            var values = parameter.data<float>().ToArray();
            var noise = new float[values.Length];
            Edge.Runtime.Diffusion.PhiloxNoise.Fill(noise, 3, stream++);
            parameter.copy_(tensor([.. values.Zip(noise, (v, n) => v + 0.06f * n)], parameter.shape));
        }
        model.eval();
        return model;
    }
}
