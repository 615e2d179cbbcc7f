using System.Text;
using Edge.Bench.Speed;

namespace Edge.Bench.Tests.Speed;

public sealed class NodeTraceTests
{
    // One run that proves the network, then two pictures of one run each.
    const string Trace = """
        [
        {"cat":"Session","name":"model_loading_uri","ts":1,"dur":9,"ph":"X","args":{}},
        {"cat":"Node","name":"a_kernel_time","ts":21,"dur":900,"ph":"X","args":{"op_name":"Conv","input_type_shape":[{"float":[1,2,2,2]},{"float":[8,2,3,3]}],"output_type_shape":[{"float":[1,8,2,2]}]}},
        {"cat":"Session","name":"model_run","ts":20,"dur":1000,"ph":"X","args":{}},
        {"cat":"Node","name":"a_kernel_time","ts":2001,"dur":700,"ph":"X","args":{"op_name":"Conv","input_type_shape":[{"float":[1,2,4,4]},{"float":[8,2,3,3]}],"output_type_shape":[{"float":[1,8,4,4]}]}},
        {"cat":"Session","name":"model_run","ts":2000,"dur":800,"ph":"X","args":{}},
        {"cat":"Node","name":"SequentialExecutor","ts":3000,"dur":1,"ph":"X","args":{}},
        {"cat":"Node","name":"a_kernel_time","ts":3001,"dur":500,"ph":"X","args":{"op_name":"Conv","input_type_shape":[{"float":[1,2,4,4]},{"float":[8,2,3,3]},{"float":[8]}],"output_type_shape":[{"float":[1,8,4,4]}]}},
        {"cat":"Node","name":"b_kernel_time","ts":3600,"dur":40,"ph":"X","args":{"op_name":"QLinearConv","input_type_shape":[{"uint8":[1,8,4,4]},{"float":[]},{"uint8":[]},{"int8":[4,8,1,1]},{"float":[4]},{"int8":[4]},{"float":[]},{"uint8":[]}],"output_type_shape":[{"uint8":[1,4,4,4]}]}},
        {"cat":"Node","name":"c_kernel_time","ts":3650,"dur":20,"ph":"X","args":{"op_name":"Gemm","input_type_shape":[{"float":[1,5]},{"float":[5,7]}],"output_type_shape":[{"float":[1,7]}]}},
        {"cat":"Node","name":"d_kernel_time","ts":3680,"dur":10,"ph":"X","args":{"op_name":"Add","input_type_shape":[{"float":[1,7]},{"float":[1,7]}],"output_type_shape":[{"float":[1,7]}]}},
        {"cat":"Session","name":"model_run","ts":3000,"dur":800,"ph":"X","args":{}}
        ]
        """;

    [Fact]
    public void Read_LastPicture_CountsItsOperationsAndBytes()
    {
        var nodes = Read(2, 1).ToDictionary(node => node.Operator);

        Assert.Equal(["Add", "Conv 3x3", "Gemm", "QLinearConv 1x1"], nodes.Keys.Order());
        var conv = nodes["Conv 3x3"];
        // 8 x 4 x 4 outputs of 2 x 3 x 3 multiplications and as many additions; 32 + 144 + 8 + 128 floats.
        Assert.Equal((1, 0.5, 4608, 4 * 312, false), (conv.Count, conv.Milliseconds, conv.Operations, conv.Bytes, conv.IsInt8));
        var int8 = nodes["QLinearConv 1x1"];
        Assert.Equal((2.0 * 64 * 8, true), (int8.Operations, int8.IsInt8));
        // 128 + 1 + 32 + 4 + 1 + 64 bytes, 1 + 4 + 1 floats.
        Assert.Equal(230 + 24, int8.Bytes);
        Assert.Equal(2 * 7 * 5, nodes["Gemm"].Operations);
        Assert.Equal(0, nodes["Add"].Operations);
    }

    [Fact]
    public void Read_BothPictures_LeavesOutTheRunBeforeThem()
    {
        var conv = Read(2, 2).Single(node => node.Operator == "Conv 3x3");

        Assert.Equal((2, 1.2), (conv.Count, Math.Round(conv.Milliseconds, 9)));
    }

    [Fact]
    public void Read_PackedWeights_TakesTheirShapeFromTheOtherTrace()
    {
        // As ONNX Runtime writes it, channels last: no weight between its input's and its own scale.
        const string packed = """
            [
            {"cat":"Session","name":"model_run","ts":1,"dur":90,"ph":"X","args":{}},
            {"cat":"Node","name":"q_kernel_time","ts":2,"dur":40,"ph":"X","args":{"op_name":"QLinearConv","input_type_shape":[{"uint8":[1,4,4,8]},{"float":[]},{"uint8":[]},{"float":[5]},{"int8":[5]},{"float":[]},{"uint8":[]},{"int32":[5]}],"output_type_shape":[{"uint8":[1,4,4,5]}]}}
            ]
            """;
        var whole = packed.Replace("""{"float":[5]},""", """{"int8":[5,8,3,3]},{"float":[5]},""");

        var shapes = NodeTrace.Weights(new MemoryStream(Encoding.UTF8.GetBytes(whole))).ToDictionary();
        var node = Assert.Single(NodeTrace.Read(new MemoryStream(Encoding.UTF8.GetBytes(packed)), 1, 1, shapes));

        // 4 x 4 x 5 outputs of 8 x 3 x 3 multiplications and as many additions; 128 + 1 + 5 + 1 + 80 bytes, a weight of 360, and 7 floats and 5 integers.
        Assert.Equal(("QLinearConv 3x3", 2.0 * 80 * 72, true), (node.Operator, node.Operations, node.IsInt8));
        Assert.Equal(215 + 360 + 4 * 12, node.Bytes);
    }

    [Fact]
    public void Read_FewerRunsThanPictures_IsEmpty() => Assert.Empty(Read(4, 1));

    static IReadOnlyList<NodeTime> Read(int pictures, int counted) => NodeTrace.Read(new MemoryStream(Encoding.UTF8.GetBytes(Trace)), pictures, counted, new Dictionary<string, long[]>());
}
