using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Edge.Training.Networks;

/// <summary>
/// The two networks of a training. They share nothing: one that has also seen clean pictures, without being asked for their noise, says little about them
/// at the low noise that T scales read (docs/research-log.md).
/// </summary>
internal sealed class TrainedNetworks : Module
{
    /// <summary>x[N, C, H, W] noised and t[N] to the noise [N, C, H, W].</summary>
    public readonly UNetModel denoiser;

    /// <summary>x[N, C, H, W] without noise to the log-odds [N, 1, H, W] that a pixel is corrupted.</summary>
    public readonly UNetModel defects;

    /// <param name="denoiser">Architecture of the denoiser.</param>
    /// <param name="defects">Architecture of the network that finds corruption.</param>
    /// <param name="precision">What the convolutions compute in.</param>
    public TrainedNetworks(UNetOptions denoiser, UNetOptions defects, ScalarType precision = ScalarType.Float32) : base(nameof(TrainedNetworks))
    {
        this.denoiser = new UNetModel(denoiser, denoiser.Channels, timed: true) { Precision = precision };
        this.defects = new UNetModel(defects, outputs: 1, timed: false) { Precision = precision };
        RegisterComponents();
    }

    /// <summary>All parameters but the statistics of the normalisations.</summary>
    public static IEnumerable<Parameter> Learnt(Module network) => network.parameters().Where(p => p.requires_grad);
}
