using System.CommandLine;
using Edge.Features;
using Edge.Runtime;
using Edge.Training.Data;
using Edge.Training.Learning;

namespace Edge.Training.Commands;

/// <summary><c>--backbone</c> of fit and export: the network whose frozen features the bundle gets. The trained networks do not depend on it.</summary>
internal static class BackboneOption
{
    public static Option<string?> Create() => new("--backbone")
    {
        HelpName = "file.onnx",
        Description = "A frozen network of your own for the memory and the comparison of features, instead of the ResNet-18 inside; docs/backbone.md "
            + "says of what form. It is copied into the bundle and not kept with the training: give it again to 'fit --resume' and 'export', or the "
            + "bundle gets the ResNet-18. Sizes of pictures become multiples of its largest stride.",
    };

    /// <summary>Opens the network that is named, or the packaged one.</summary>
    /// <exception cref="ArgumentException">It is missing or not of the form that is documented.</exception>
    /// <exception cref="BundleException">The packaged network is missing.</exception>
    public static Backbone Open(string? file) => file is null ? Backbone.Packaged() : Backbone.Open(file);

    /// <summary>Refuses pictures smaller than one place of the coarsest layer, where that is coarser than the trained networks are.</summary>
    /// <exception cref="PictureException">A picture is too small.</exception>
    public static void RequireFit(string? file, Backbone backbone, PictureSet pictures, FitOptions options)
    {
        var side = backbone.SizeMultiple;
        if (side <= options.SizeMultiple)
            return;
        if (pictures.Training.Concat(pictures.HeldOut).FirstOrDefault(p => p.Shape.Height < side || p.Shape.Width < side) is { } small)
            throw new PictureException($"{small.Path}: {small.Shape.Width}x{small.Shape.Height} pixels after scaling, and the layers of "
                + $"--backbone {file} are as coarse as {side} pixels: each side needs {side} or more. Give larger pictures, a larger --size, or a network that ends earlier.");
    }
}
