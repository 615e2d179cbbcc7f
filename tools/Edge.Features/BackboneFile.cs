using System.Security.Cryptography;
using Edge.Onnx;
using Edge.Onnx.Schema;
using Edge.Runtime.Inference;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace Edge.Features;

/// <summary>
/// A frozen network of the user's own: one ONNX file with its weights inside, of opset 13 to 17 and ONNX's standard operators, 32-bit floats.
/// Its one input is [N, 3, H, W] with free N, H and W, RGB, normalised as torchvision's ImageNet networks take it: (v / 255 - mean) / deviation,
/// with means .485, .456, .406 and deviations .229, .224, .225. Every output is a layer [N, C, H / s, W / s] with s of 1, 2, 4, 8, 16 or 32.
/// There are two or more, finest first. Height and width of pictures are multiples of the largest s. The memory and the comparison of features
/// read the last two.
/// </summary>
/// <param name="Graph">The network.</param>
/// <param name="Opset">What its operators are of.</param>
/// <param name="Origin">The file's name, its SHA-256 and what made it.</param>
internal sealed record BackboneFile(GraphProto Graph, int Opset, string Origin)
{
    /// <summary>Names that the writer gives in the file of features, whose outputs have the names of the layers.</summary>
    private static readonly string[] Taken =
        ["x", .. from op in (string[])["Concat", "Mul", "Add"] from i in Enumerable.Range(0, 3) select $"{op}_{i}"];

    /// <summary>Reads a file and looks at all it declares; whether it runs shows when it runs.</summary>
    /// <exception cref="ArgumentException">It is missing or not as above. The message says what, but not of which file.</exception>
    public static BackboneFile Read(string path)
    {
        if (!File.Exists(path))
            throw new ArgumentException("there is no such file; name an ONNX file.");
        var bytes = File.ReadAllBytes(path);
        var model = Parsed(bytes);
        var opset = RequireOperators(model);
        var constants = model.Graph.Initializer.Select(tensor => tensor.Name).ToHashSet();
        RequireInput([.. model.Graph.Input.Where(input => !constants.Contains(input.Name))]);
        if (model.Graph.Output.Count < 2)
            throw new ArgumentException($"has {model.Graph.Output.Count} outputs ({Names(model.Graph.Output)}) where two or more layers must be; "
                + "name the layers as outputs when it is exported.");
        if (model.Graph.Output.FirstOrDefault(output => Taken.Contains(output.Name)) is { } taken)
            throw new ArgumentException($"output {taken.Name} has a name that the bundle's files use themselves; give it another, such as layer1.");
        return new BackboneFile(model.Graph, opset, $"{Path.GetFileName(path)}, SHA-256 {Convert.ToHexStringLower(SHA256.HashData(bytes))}"
            + (model.ProducerName.Length > 0 ? $", made by {$"{model.ProducerName} {model.ProducerVersion}".TrimEnd()}" : ""));
    }

    /// <summary>Opens a network in ONNX Runtime.</summary>
    /// <exception cref="ArgumentException">ONNX Runtime does not take it.</exception>
    public static NetworkRun Start(ModelProto model)
    {
        try
        {
            return new NetworkRun(model);
        }
        catch (OnnxRuntimeException fault)
        {
            throw new ArgumentException($"ONNX Runtime does not take it: {OnnxSession.OneLine(fault).TrimEnd('.')}. "
                + "Export it with standard operators.", fault);
        }
    }

    /// <summary>Runs a network on pictures of one size.</summary>
    /// <exception cref="ArgumentException">ONNX Runtime cannot.</exception>
    public static (float[] Values, long[] Dims)[] Run(NetworkRun run, float[] pictures, int count, int height, int width)
    {
        try
        {
            return run.RunShaped(pictures, count, 3, height, width);
        }
        catch (OnnxRuntimeException fault)
        {
            throw new ArgumentException($"it does not run on {count} pictures of {width}x{height}: {OnnxSession.OneLine(fault).TrimEnd('.')}. "
                + $"Export it for any number of pictures, and any height and width in multiples of {Backbone.CoarsestStride}.", fault);
        }
    }

    private static ModelProto Parsed(byte[] bytes)
    {
        try
        {
            var model = ModelProto.Parser.ParseFrom(bytes);
            if (model is { IrVersion: > 0, Graph.Node.Count: > 0 })
                return model;
        }
        catch (InvalidProtocolBufferException)
        {
            // Said below.
        }
        throw new ArgumentException("is not an ONNX file; export the network to ONNX.");
    }

    /// <returns>The opset.</returns>
    private static int RequireOperators(ModelProto model)
    {
        var opset = model.OpsetImport.FirstOrDefault(import => IsStandard(import.Domain))?.Version ?? 1;
        if (opset is < OnnxGraph.OldestOpset or > OnnxGraph.NewestOpset)
            throw new ArgumentException($"is of opset {opset}; export it with opset {OnnxGraph.OldestOpset} to {OnnxGraph.NewestOpset}, "
                + $"best {OnnxGraph.NewestOpset}.");
        if (model.Graph.Node.FirstOrDefault(node => !IsStandard(node.Domain)) is { } foreign)
            throw new ArgumentException($"has the operator {foreign.OpType} of {foreign.Domain}, which is none of ONNX's own; "
                + "export it with standard operators.");
        if (model.Graph.Node.FirstOrDefault(node => node.Attribute.Any(HoldsAGraph)) is { } branch)
            throw new ArgumentException($"has the operator {branch.OpType}, which branches or loops; export it without.");
        if (model.Graph.Initializer.FirstOrDefault(tensor => tensor.DataLocation == TensorProto.Types.DataLocation.External) is { } external)
            throw new ArgumentException($"keeps its weights in another file ({external.Name} in "
                + $"{external.ExternalData.FirstOrDefault(e => e.Key == "location")?.Value}); export it as one file.");
        return (int)opset;
    }

    private static void RequireInput(ValueInfoProto[] inputs)
    {
        if (inputs.Length != 1)
            throw new ArgumentException($"has {inputs.Length} inputs ({Names(inputs)}) where one must be, [N, 3, H, W].");
        var name = inputs[0].Name;
        if (inputs[0].Type?.TensorType is not { ElemType: TensorProto.Types.DataType.Float } tensor)
            throw new ArgumentException($"input {name} is not of 32-bit floats; export the network in 32 bits.");
        if (tensor.Shape is not { } shape)
            return;
        // 0 where a dimension is free.
        long[] dims = [.. shape.Dim.Select(dim => dim.DimValue)];
        if (dims.Length != 4)
            throw new ArgumentException($"input {name} has {dims.Length} dimensions where 4 must be, [N, 3, H, W].");
        if (dims[1] is var channels and not (0 or 3))
            throw new ArgumentException($"input {name} has {channels} channels where 3 must be, red, green and blue; "
                + "grey pictures are given three times.");
        if (dims[2] != 0 || dims[3] != 0)
            throw new ArgumentException($"input {name} is fixed to {Side(dims[3], "W")}x{Side(dims[2], "H")} pixels; "
                + "export it with free height and width.");
        if (dims[0] is var pictures and not 0)
            throw new ArgumentException($"input {name} is fixed to {pictures} picture{(pictures == 1 ? "" : "s")} a run; "
                + "export it with a free number of pictures.");

        static string Side(long side, string free) => side == 0 ? free : $"{side}";
    }

    private static bool HoldsAGraph(AttributeProto attribute) => attribute.Type is AttributeProto.Types.Type.Graph or AttributeProto.Types.Type.Graphs;

    private static bool IsStandard(string domain) => domain is "" or "ai.onnx";

    private static string Names(IEnumerable<ValueInfoProto> values) => string.Join(", ", values.Select(value => value.Name));
}
