using Edge.Runtime;
using Edge.Training.Networks;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Edge.Training.Learning;

/// <summary>
/// Compares the gradients of every layer of a network, in the shapes a training uses, with those of the same layer in 64 bits. libtorch 2.10 computes some
/// gradients from memory that was never written (see <see cref="Convolution"/>), and a network trained on them learns nothing without a word.
/// </summary>
internal static class GradientCheck
{
    /// <summary>What is wrong is so in some calls only, depending on what the memory held before.</summary>
    private const int Calls = 4;

    /// <summary>Crops a check is made with. The fault does not depend on their number, the time in 64 bits does.</summary>
    private const int Crops = 2;

    /// <summary>Largest difference from 64 bits that rounding explains, relative to the largest gradient: 1e-5 was seen in 32 bits, .01 in bfloat16, and the
    /// 10 bits of a GPU's TF32 lie between. Wrong gradients differ by .1 and more.</summary>
    private static double Limit(ScalarType precision, Device device) => precision == ScalarType.BFloat16 ? 0.05 : device.type == DeviceType.CPU ? 1e-3 : 0.01;

    /// <summary>Checks all layers of both networks.</summary>
    /// <param name="options">Their architectures, and the side of the crops they are trained on.</param>
    /// <param name="precision">What their convolutions compute in.</param>
    /// <param name="device">Where it is trained.</param>
    /// <exception cref="DeviceException">A layer's gradients are wrong.</exception>
    public static void Require(FitOptions options, ScalarType precision, Device device)
    {
        using var scope = new TorchScope(gradients: true);
        using var model = new TrainedNetworks(options.Network, options.DefectNetwork, precision).to(device);
        using var exact = new TrainedNetworks(options.Network, options.DefectNetwork).to(device).to(ScalarType.Float64);
        foreach (var (parameter, copy) in model.parameters().Zip(exact.parameters()))
        {
            using var off = no_grad();
            // No zeros, which would hide an error, and nothing negative, since some are variances.
            init.uniform_(parameter, 0.5, 1.5);
            copy.copy_(parameter);
        }
        foreach (var (name, layer, same, shape, type) in Layers(model, exact, options.Crop, device))
        {
            var difference = Difference(layer, same, shape, type, device);
            if (!(difference <= Limit(type, device)))
                throw new DeviceException($"This libtorch computes wrong gradients on this processor: layer {name}, input [{string.Join(", ", shape)}], is off by {difference:0.###} of the "
                    + "largest gradient. A network trained on them would find nothing; train on another machine or with another version of libtorch.");
        }
    }

    /// <summary>Largest difference of any gradient of a layer (of its input and its parameters) from the same layer's in 64 bits, relative to the largest of that
    /// gradient; infinite where one is not a number.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="exact">A layer of the same parameters in 64 bits.</param>
    /// <param name="shape">Of the input.</param>
    /// <param name="type">Of the input.</param>
    /// <param name="device">Of both layers.</param>
    internal static double Difference(Module<Tensor, Tensor> layer, Module<Tensor, Tensor> exact, long[] shape, ScalarType type, Device device)
    {
        using var scope = NewDisposeScope();
        var x = randn(shape).to(type).to(device);
        var y = layer.call(x);
        var g = randn(y.shape).to(y.dtype).to(device);
        var expected = Gradients(exact, input => Exact(exact, input), x.to(ScalarType.Float64), g.to(ScalarType.Float64));
        var worst = 0.0;
        for (var call = 0; call < Calls; call++)
        {
            // Memory that was never written is often zero, which looks right; this is what the allocator hands out next.
            foreach (var used in (Tensor[])[x, y, x, y])
                full_like(used, float.NaN).Dispose();
            // Both orders of memory, since a layer may be handed either.
            var actual = Gradients(layer, layer.call, Ordered(x, call), Ordered(g, call / 2));
            worst = Math.Max(worst, expected.Zip(actual, Relative).Max());
        }
        return worst;
    }

    private static Tensor Ordered(Tensor x, int order) => order % 2 == 0 || x.dim() != 4 ? x : Convolution.ChannelsLast(x);

    /// <summary>A layer without libtorch's convolutions: every patch of the input times the weights.</summary>
    private static Tensor Exact(Module<Tensor, Tensor> layer, Tensor x)
    {
        if (layer is not Convolution convolution)
            return layer.call(x);
        var (kernel, stride) = (convolution.weight.shape[2], convolution.Stride);
        var patches = functional.unfold(x, (kernel, kernel), padding: (kernel / 2, kernel / 2), stride: (stride, stride));
        var outputs = convolution.weight.flatten(1).matmul(patches) + convolution.bias.unsqueeze(1);
        return outputs.reshape(x.shape[0], -1, (x.shape[2] + stride - 1) / stride, (x.shape[3] + stride - 1) / stride);
    }

    private static Tensor[] Gradients(Module<Tensor, Tensor> layer, Func<Tensor, Tensor> forward, Tensor x, Tensor g)
    {
        var input = x.detach().requires_grad_(true);
        return [.. autograd.grad([forward(input)], [input, .. layer.parameters().Where(p => p.requires_grad)], [g])];
    }

    private static double Relative(Tensor expected, Tensor actual)
    {
        var difference = (expected - actual.to(ScalarType.Float64)).abs().max() / expected.abs().max();
        var value = difference.cpu().data<double>()[0];
        return double.IsNaN(value) ? double.PositiveInfinity : value;
    }

    /// <summary>One of each kind and shape of the layers that have parameters, with the shape and type of what it is given.</summary>
    private static List<(string Name, Module<Tensor, Tensor> Layer, Module<Tensor, Tensor> Exact, long[] Shape, ScalarType Type)> Layers(
        TrainedNetworks model, TrainedNetworks exact, int crop, Device device)
    {
        var found = new Dictionary<string, (string, Module<Tensor, Tensor>, Module<Tensor, Tensor>, long[], ScalarType)>();
        foreach (var ((name, layer), (_, same)) in model.named_modules().Zip(exact.named_modules()))
            if (layer is Module<Tensor, Tensor> one && same is Module<Tensor, Tensor> other && !layer.children().Any())
                one.register_forward_pre_hook((_, x) =>
                {
                    var key = string.Join(' ', [layer.GetType().Name, x.dtype, .. x.shape, .. one.parameters().SelectMany(p => p.shape)]);
                    found.TryAdd(key, (name, one, other, x.shape, x.dtype));
                    return x;
                });
        var x = zeros([Crops, model.denoiser.Options.Channels, crop, crop]).to(device);
        model.denoiser.call(x, zeros([Crops]).to(device));
        model.defects.call(x, null);
        return [.. found.Values];
    }
}
