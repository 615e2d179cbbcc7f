using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Edge.Training.Networks;

/// <summary>
/// Batch normalisation (Ioffe and Szegedy, arXiv 1502.03167). Unlike the group normalisation usual in diffusion it is a fixed scale and
/// shift once trained: what the network says of a place does not depend on a defect elsewhere in the picture, a crop is as the whole, and
/// the arithmetic folds into the convolutions. The statistics are parameters without a gradient, so that checkpoint and average carry them.
/// </summary>
internal sealed class ChannelNorm : Module<Tensor, Tensor>
{
    /// <summary>Added to the variance.</summary>
    public const double Epsilon = 1e-5;

    public readonly Parameter weight;
    public readonly Parameter bias;
    public readonly Parameter running_mean;
    public readonly Parameter running_var;

    public ChannelNorm(int channels) : base(nameof(ChannelNorm))
    {
        weight = new Parameter(init.ones_(zeros([channels])));
        bias = new Parameter(zeros([channels]));
        running_mean = new Parameter(zeros([channels]), requires_grad: false);
        running_var = new Parameter(init.ones_(zeros([channels])), requires_grad: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => functional.batch_norm(x, running_mean, running_var, weight, bias, training, eps: Epsilon);
}
