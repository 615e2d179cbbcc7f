using Edge.Training.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Edge.Training.Tests.Networks;

public sealed class TrainedNetworksTests
{
    private static readonly UNetOptions Denoiser = new() { Base = 16, Unshuffle = 2 }, Defects = new() { Base = 24, Unshuffle = 4 };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Backward_OfOneLoss_LeavesTheOtherNetworkWithoutGradients(bool ofDenoiser)
    {
        using var scope = NewDisposeScope();
        using var networks = Networks();
        var x = randn([2, 1, 32, 32]);

        var answer = ofDenoiser ? networks.denoiser.call(x, tensor([3f, 40f], [2])) : networks.defects.call(x, null);
        (answer - 1).square().mean().backward();

        var (taught, other) = ofDenoiser ? (networks.denoiser, networks.defects) : (networks.defects, networks.denoiser);
        Assert.Contains(TrainedNetworks.Learnt(taught), parameter => Largest(parameter) > 0);
        Assert.All(other.parameters(), parameter => Assert.Equal(0, Largest(parameter)));
    }

    [Fact]
    public void Parameters_OfBoth_AreNamedByTheirNetworkAndNoneIsInBoth()
    {
        using var networks = Networks();

        string[] names = [.. networks.named_parameters().Select(p => p.name)];

        Assert.Equal(networks.denoiser.parameters().Count() + networks.defects.parameters().Count(), names.Distinct().Count());
        Assert.All(names, name => Assert.Matches("^(denoiser|defects)[.]", name));
        // Only the denoiser knows time.
        Assert.Contains("denoiser.time_embed.linear_0.weight", names);
        Assert.DoesNotContain(names, name => name.StartsWith("defects.") && (name.Contains("time_embed") || name.Contains("emb_layer")));
    }

    [Fact]
    public void Forward_EachNetwork_AnswersInItsOwnChannels()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var networks = new TrainedNetworks(Denoiser with { Channels = 3 }, Defects with { Channels = 3 });
        var x = zeros([2, 3, 32, 48]);

        Assert.Equal<long[]>([2, 3, 32, 48], networks.denoiser.call(x, tensor([3f, 40f], [2])).shape);
        Assert.Equal<long[]>([2, 1, 32, 48], networks.defects.call(x, null).shape);
    }

    [Fact]
    public void Forward_DefectsGivenATimestep_AnswersAsWithout()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var networks = Networks();
        networks.eval();
        var x = randn([1, 1, 32, 32]);

        Assert.Equal(networks.defects.call(x, null).data<float>().ToArray(), networks.defects.call(x, tensor([200f], [1])).data<float>().ToArray());
    }

    [Fact]
    public void Learnt_OfBoth_AreAllButTheStatisticsOfTheNormalisations()
    {
        using var networks = Networks();

        var statistics = networks.named_parameters().Where(p => p.name.Contains("running_")).ToList();

        Assert.NotEmpty(statistics);
        Assert.Equal(networks.parameters().Count() - statistics.Count, TrainedNetworks.Learnt(networks).Count());
    }

    /// <summary>Small networks whose last convolutions are not zero, so that gradients reach every layer.</summary>
    private static TrainedNetworks Networks()
    {
        var networks = new TrainedNetworks(Denoiser, Defects);
        using var off = no_grad();
        foreach (var network in (UNetModel[])[networks.denoiser, networks.defects])
            network.output_conv.weight.fill_(0.1);
        return networks;
    }

    private static float Largest(Tensor parameter) => parameter.grad is { IsInvalid: false } gradient ? gradient.abs().max().ToSingle() : 0;
}
