using Edge.Features;
using Edge.Onnx;
using Edge.Onnx.Schema;
using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Inference;
using Edge.Training.Onnx.Quantising;

namespace Edge.Training.Tests.Features;

public sealed class OwnBackboneTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("edge-own-tests-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Open_ThreeLayers_FindsChannelsStridesAndOrigin()
    {
        var backbone = Open(OwnNetwork.Of((5, 2), (7, 2), (6, 4)).ToModel());

        Assert.Equal([new("a", 5, 2), new("b", 7, 4), new("c", 6, 16)], backbone.Layers);
        Assert.Equal(["b", "c"], backbone.Read.Select(layer => layer.Name));
        Assert.Equal(16, backbone.SizeMultiple);
        Assert.Equal($"own.onnx, SHA-256 {BundleFolder.Hash(At("own.onnx"))}, made by made by hand 7", backbone.Origin);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(3, 3)]
    [InlineData(3, 2)]
    [InlineData(1, 2)]
    public void Save_AMemory_IsTheDistanceWorkedOutByHand(int channels, int layers)
    {
        const int Height = 64, Width = 96;
        var own = layers == 3 ? OwnNetwork.Of((5, 2), (7, 2), (6, 4)) : OwnNetwork.Of((7, 4), (6, 4));
        var picture = TestPictures.Texture(2, Height, Width, channels);
        var colours = picture.Values.Chunk(Height * Width).ToArray();
        float[] levels = [.. Enumerable.Range(0, 3).SelectMany(c => colours[c % channels]).Select(v => (v + 1) * 127.5f)];
        var answers = own.Answer(levels, Height, Width)[^2..];
        var fine = answers[0].Chunk(16 * 24).Select(plane => Planes.Means(plane, 16, 24));
        var coarse = answers[1].Chunk(4 * 6).Select(plane => Planes.Larger(Planes.Means(plane, 4, 6), 4, 6, 4));
        float[][] planes = [.. fine, .. coarse];
        var backbone = Open(own.ToModel());
        var memory = PatchMemory.Collect(backbone, [(TestPictures.Texture(0, Height, Width, channels).Values, picture.Shape)], 20, seed: 1);

        var actual = Answer(backbone, memory, picture.Values, picture.Shape);

        Assert.All(memory, vector => Assert.Equal(7 + 6, vector.Length));
        var patches = Enumerable.Range(0, 16 * 24).Select(place => planes.Select(plane => plane[place]).ToArray());
        float[] nearest = [.. patches.Select(patch => (float)memory.Min(vector => Planes.Distance(patch, vector)))];
        Assert.InRange(nearest.Max(), 0.1, float.MaxValue);
        Assert.InRange(Planes.Larger(nearest, 16, 24, 4).Zip(actual, (a, b) => Math.Abs(a - b)).Max(), 0, 2e-3 * nearest.Max());
    }

    [Theory]
    [InlineData(13)]
    [InlineData(17)]
    public void Add_AGraphAsExportersWriteIt_GivesWhatTheFileGives(int opset)
    {
        var model = Exported(opset);
        var backbone = Open(model);
        float[] picture = new OwnNetwork().Draw(3 * 64 * 96, 1);
        using var source = new NetworkRun(model);
        var expected = source.Run(Normalised(picture), 1, 3, 64, 96);

        var graph = new OnnxGraph("layers");
        var layers = backbone.Add(graph, graph.Input("x", "N", 3, "H", "W"), 3);
        for (var i = 0; i < layers.Count; i++)
            graph.Output(backbone.Layers[i].Name, layers[i], "N", backbone.Layers[i].Channels, $"H{i}", $"W{i}");
        using var run = new NetworkRun(graph.ToModel("tests", "0"));
        var actual = run.Run(picture, 1, 3, 64, 96);

        Assert.Equal(["fine", "norm", "/coarse"], run.Outputs);
        for (var i = 0; i < layers.Count; i++)
            Assert.InRange(expected[i].Zip(actual[i], (a, b) => Math.Abs(a - b)).Max(), 0, 1e-5 * expected[i].Max());
    }

    [Theory]
    [InlineData(13)]
    [InlineData(17)]
    public void Quantise_AMemoryOfAGraphAsExportersWriteIt_StaysNear(int opset)
    {
        var backbone = Open(Exported(opset));
        var shape = new PictureShape(1, 64, 96);
        var pictures = Enumerable.Range(0, 4).Select(i => (TestPictures.Texture(i, 64, 96).Values, shape)).ToList();
        var memory = PatchMemory.Collect(backbone, pictures[..1], 20, seed: 1);
        var expected = Answer(backbone, memory, pictures[3].Values, shape);
        var network = OnnxFile.Read(At(PatchMemory.FileName));

        var layers = Quantiser.Layers(network);
        var quantised = Quantiser.Quantise(network, ActivationRanges.Of(network, pictures[..3]), layers.SkipLast(1).ToHashSet(), 1);

        Assert.Equal(layers.Count, layers.Distinct().Count());
        Assert.Contains(quantised.Graph.Node, node => node.OpType == "QuantizeLinear");
        using var run = new NetworkRun(quantised);
        Assert.InRange(NetworkError.Of([expected], run.Run(pictures[3].Values, 1, 1, 64, 96)), 0, 0.2);
    }

    [Fact]
    public void Open_NoFile_SaysSo() => Assert.Equal($"--backbone {At("none.onnx")}: there is no such file; name an ONNX file.",
        Assert.Throws<ArgumentException>(() => Backbone.Open(At("none.onnx"))).Message);

    [Theory]
    [InlineData("")]
    [InlineData("This is no network.")]
    public void Open_NotOnnx_SaysSo(string content)
    {
        File.WriteAllText(At("own.onnx"), content);

        Assert.Equal($"--backbone {At("own.onnx")}: is not an ONNX file; export the network to ONNX.",
            Assert.Throws<ArgumentException>(() => Backbone.Open(At("own.onnx"))).Message);
    }

    [Theory]
    [InlineData("two inputs", "has 2 inputs (picture, t) where one must be")]
    [InlineData("1 channel", "input picture has 1 channels where 3 must be")]
    [InlineData("4 channels", "input picture has 4 channels where 3 must be")]
    [InlineData("fixed size", "input picture is fixed to 224x192 pixels; export it with free height and width")]
    [InlineData("fixed width", "input picture is fixed to 224xH pixels")]
    [InlineData("one picture", "input picture is fixed to 1 picture a run")]
    [InlineData("rank 3", "input picture has 3 dimensions where 4 must be")]
    [InlineData("double", "input picture is not of 32-bit floats")]
    [InlineData("no output", "has 0 outputs () where two or more layers must be")]
    [InlineData("one output", "has 1 outputs (a) where two or more layers must be")]
    [InlineData("taken name", "output x has a name that the bundle's files use themselves")]
    [InlineData("vector", "output c is [1, 7] for 1 pictures of 96x64, no layer")]
    [InlineData("integers", "output c is not of 32-bit floats")]
    [InlineData("stride 3", "output b has 32x21 places for 96x64 pixels; a layer's stride must be")]
    [InlineData("stride 64", "output b has 1x1 places for 96x64 pixels; a layer's stride must be")]
    [InlineData("fixed inside", "it does not run on 2 pictures of 128x160")]
    [InlineData("coarse first", "output c has stride 2, after b with 4; name the layers finest first")]
    [InlineData("unknown operator", "ONNX Runtime does not take it: ")]
    [InlineData("foreign operator", "has the operator Relu of com.example, which is none of ONNX's own")]
    [InlineData("branch", "has the operator If, which branches or loops")]
    [InlineData("not finite", "output c gives values that are not finite")]
    [InlineData("opset 12", "is of opset 12; export it with opset 13 to 17")]
    [InlineData("opset 18", "is of opset 18; export it with opset 13 to 17")]
    [InlineData("weights beside", "keeps its weights in another file (w1 in weights.bin)")]
    [InlineData("computed weights", "a weight of the convolution that gives Conv_1, is no constant of 32-bit floats")]
    public void Open_AnotherForm_SaysWhichAndWhatToDo(string fault, string message)
    {
        var model = Faulty(fault);
        OnnxFile.Write(At("own.onnx"), model);

        var error = Assert.Throws<ArgumentException>(() => Backbone.Open(At("own.onnx")));

        Assert.StartsWith($"--backbone {At("own.onnx")}: ", error.Message);
        Assert.Contains(message, error.Message);
        Assert.DoesNotContain('\n', error.Message);
        Assert.EndsWith(".", error.Message);
    }

    private ModelProto Faulty(string fault)
    {
        var own = fault switch
        {
            "stride 3" => OwnNetwork.Of((5, 1), (7, 3)),
            "stride 64" => OwnNetwork.Of((5, 2), (7, 32)),
            "computed weights" => new OwnNetwork(),
            _ => OwnNetwork.Of((5, 2), (7, 2)),
        };
        var graph = own.Graph;
        switch (fault)
        {
            case "vector":
                graph.Output("c", graph.Node("ReduceMean", ["b"], ("axes", new[] { 2, 3 }), ("keepdims", 0)), "N", 7);
                break;
            case "integers":
                graph.Output<long>("c", graph.Node("Cast", ["b"], ("to", (int)TensorProto.Types.DataType.Int64)), "N", 7, "h", "w");
                break;
            case "not finite":
                graph.Output("c", graph.Node("Log", [graph.Node("Neg", ["b"])]), "N", 7, "h", "w");
                break;
            case "coarse first":
                graph.Output("c", "a", "N", 5, "h", "w");
                break;
            case "taken name":
                graph.Output("x", "b", "N", 7, "h", "w");
                break;
            case "fixed inside":
                graph.Output("c", graph.Node("Reshape", ["b", graph.Constant("shape", 1, 7, 16, 24)]), "N", 7, "h", "w");
                break;
            case "computed weights":
                var weight = graph.Node("Mul", [graph.Constant<float>("w", own.Draw(3 * 3, 1), 3, 3, 1, 1), graph.Input("x", "N", 3, "H", "W")]);
                graph.Output("a", graph.Node("Conv", ["x", weight]), "N", 3, "h", "w");
                graph.Output("b", "a", "N", 3, "h", "w");
                break;
        }
        var model = own.ToModel();
        var input = model.Graph.Input[0].Type.TensorType;
        switch (fault)
        {
            case "two inputs":
                model.Graph.Input.Add(new ValueInfoProto { Name = "t", Type = model.Graph.Input[0].Type.Clone() });
                break;
            case "1 channel" or "4 channels":
                input.Shape.Dim[1].DimValue = fault[0] - '0';
                break;
            case "fixed size":
                (input.Shape.Dim[2].DimValue, input.Shape.Dim[3].DimValue) = (192, 224);
                break;
            case "fixed width":
                input.Shape.Dim[3].DimValue = 224;
                break;
            case "one picture":
                input.Shape.Dim[0].DimValue = 1;
                break;
            case "rank 3":
                input.Shape.Dim.RemoveAt(0);
                break;
            case "double":
                // ONNX's number for 64-bit floats.
                input.ElemType = (TensorProto.Types.DataType)11;
                break;
            case "no output":
                model.Graph.Output.Clear();
                break;
            case "one output":
                model.Graph.Output.RemoveAt(1);
                break;
            case "unknown operator":
                model.Graph.Node.First(node => node.OpType == "Relu").OpType = "Rectify";
                break;
            case "foreign operator":
                model.Graph.Node.First(node => node.OpType == "Relu").Domain = "com.example";
                break;
            case "branch":
                var then = new AttributeProto { Name = "then_branch", Type = AttributeProto.Types.Type.Graph };
                model.Graph.Node.Add(new NodeProto { OpType = "If", Attribute = { then } });
                break;
            case "opset 12" or "opset 18":
                model.OpsetImport[0].Version = int.Parse(fault[6..]);
                break;
            case "weights beside":
                var tensor = model.Graph.Initializer[0];
                tensor.ClearRawData();
                tensor.DataLocation = TensorProto.Types.DataLocation.External;
                tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "weights.bin" });
                break;
        }
        return model;
    }

    /// <summary>
    /// What exporters leave in a file: a convolution without bias, batch normalisation behind it, a weight in a node Constant, one weight for two layers
    /// by way of Identity, groups, pooling, shapes in integers, a change of size before a 3x3 convolution, and an output of batch normalisation.
    /// </summary>
    private static ModelProto Exported(int opset)
    {
        var own = new OwnNetwork();
        var graph = own.Graph;
        graph.Opset = opset;
        var value = graph.Input("picture", "N", 3, "H", "W");
        value = graph.Node("Conv", [value, "first"], ("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 2, 2 }));
        value = graph.Node("Relu", [Norm(value)]);
        value = graph.Node("MaxPool", [value], ("kernel_shape", new[] { 3, 3 }), ("strides", new[] { 2, 2 }), ("pads", new[] { 1, 1, 1, 1 }));
        var shared = graph.Constant<float>("shared", own.Draw(4 * 2 * 9, 0.5f), 4, 2, 3, 3);
        foreach (var weight in (string[])[shared, graph.Node("Identity", [shared])])
            value = graph.Node("Relu", [Grouped(value, weight)]);
        graph.Output("fine", value, "N", 4, "h", "w");
        var pooled = graph.Node("AveragePool", [value], ("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 2, 2 }));
        // Back to the sides of the finer layer, which come out of its shape.
        var sides = graph.Node("Slice", [graph.Node("Shape", [value]), graph.Constant("two", 2), graph.Constant("four", 4)]);
        var others = graph.Node("Slice", [graph.Node("Shape", [pooled]), graph.Constant("zero", 0), graph.Constant("two", 2)]);
        var size = graph.Node("Concat", [others, sides], ("axis", 0));
        var larger = graph.Node("Resize", [pooled, "", "", size], ("mode", "nearest"));
        var between = graph.Node("Add", [Grouped(larger, shared), value]);
        graph.Output("norm", Norm(Grouped(between, shared)), "N", 4, "h", "w");
        var coarse = graph.Node("Relu", [own.Convolution(between, 4, 6, 2)]);
        graph.Output("/coarse", coarse, "N", 6, "h2", "w2");
        var model = graph.ToModel("tests", "0");
        var first = OnnxFile.Tensor<float>("", own.Draw(4 * 3 * 4, 0.7f), 4, 3, 2, 2);
        var attribute = new AttributeProto { Name = "value", Type = AttributeProto.Types.Type.Tensor, T = first };
        model.Graph.Node.Insert(0, new NodeProto { OpType = "Constant", Output = { "first" }, Attribute = { attribute } });
        return model;

        string Norm(string x)
        {
            float[] variance = [.. own.Draw(4, 0.5f).Select(v => 1 + v)];
            string[] inputs = [x, Vector(own.Draw(4, 2)), Vector(own.Draw(4, 0.3f)), Vector(own.Draw(4, 0.3f)), Vector(variance)];
            return graph.Node("BatchNormalization", inputs, ("epsilon", 1e-3f));
        }

        string Vector(float[] values) => graph.Constant<float>($"vector_{values[0]}", values, 4);

        string Grouped(string x, string weight) =>
            graph.Node("Conv", [x, weight], ("kernel_shape", new[] { 3, 3 }), ("pads", new[] { 1, 1, 1, 1 }), ("group", 2));
    }

    private static float[] Normalised(float[] picture)
    {
        float[] mean = [0.485f, 0.456f, 0.406f], deviation = [0.229f, 0.224f, 0.225f];
        return [.. picture.Select((v, i) => ((v + 1) / 2 - mean[i / (picture.Length / 3)]) / deviation[i / (picture.Length / 3)])];
    }

    private Backbone Open(ModelProto model)
    {
        OnnxFile.Write(At("own.onnx"), model);
        return Backbone.Open(At("own.onnx"));
    }

    /// <summary>What the saved memory says, through the runtime.</summary>
    private float[] Answer(Backbone backbone, float[][] memory, float[] picture, PictureShape shape)
    {
        var weights = new WeightsFile("weights.bin");
        var metadata = new Dictionary<string, string> { ["edge.size_multiple"] = $"{backbone.SizeMultiple}" };
        PatchMemory.Save(backbone, memory, folder, weights, shape.Channels, metadata, "test");
        weights.Save(folder);
        var options = new InferenceOptions { Provider = ExecutionProvider.Cpu };
        using var network = PlaneNetwork.Open(At(PatchMemory.FileName), Reading.MemoryPlane, options);
        var plane = new float[shape.Pixels];
        network.Evaluate(picture, shape, plane);
        return plane;
    }

    private string At(string file) => Path.Combine(folder, file);
}
