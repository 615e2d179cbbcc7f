using Edge.Training.Networks;
using static TorchSharp.torch;

namespace Edge.Training.Tests.Onnx;

internal static class RandomNetwork
{
    /// <summary>A network none of whose weights is zero, as if it had been trained.</summary>
    public static UNetModel Of(UNetOptions options)
    {
        var model = new UNetModel(options);
        using var off = no_grad();
        var stream = 0UL;
        foreach (var parameter in model.parameters())
        {
            var values = parameter.data<float>().ToArray();
            var noise = new float[values.Length];
            Edge.Runtime.Diffusion.PhiloxNoise.Fill(noise, 3, stream++);
            parameter.copy_(tensor([.. values.Zip(noise, (v, n) => v + 0.03f * n)], parameter.shape));
        }
        model.eval();
        return model;
    }
}
