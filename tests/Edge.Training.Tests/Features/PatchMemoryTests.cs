using Edge.Onnx;
using Edge.Onnx.Schema;
using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Inference;
using Edge.Training.Data;
using Edge.Features;
using Edge.Training.Onnx;

namespace Edge.Training.Tests.Features;

public sealed class PatchMemoryTests : IDisposable
{
    private const int Vector = 128 + 256;

    private readonly string folder = Directory.CreateTempSubdirectory("edge-memory-tests-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Save_AMemory_AnswersWithTheDistanceToTheNearestVector(int channels)
    {
        var memory = Collect([TestPictures.Texture(0, 64, 96, channels), TestPictures.Texture(1, 64, 96, channels)], 40, seed: 1);
        var picture = TestPictures.Texture(2, 64, 96, channels);

        var actual = Answer(memory, picture);

        float[] nearest = [.. Patches(picture).Select(patch => (float)memory.Min(vector => Planes.Distance(patch, vector)))];
        var expected = Planes.Larger(nearest, 8, 12, 8);
        Assert.InRange(nearest.Max(), 0.5, float.MaxValue);
        // |q|^2 + |m|^2 - 2 q m cancels in 32 bits where the two are alike.
        Assert.InRange(expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max(), 0, 2e-3 * nearest.Max());
    }

    [Fact]
    public void Save_EveryPatchOfAPictureInTheMemory_AnswersZero()
    {
        var picture = TestPictures.Texture(0, 64, 64);
        float[][] memory = [.. Patches(picture)];

        var own = Answer(memory, picture);
        var other = Answer(memory, TestPictures.Texture(1, 64, 64));

        // Zero but for rounding: what 32 bits leave of a difference of squares, against the length of the vectors.
        var length = memory.Max(vector => Math.Sqrt(vector.Sum(v => (double)v * v)));
        Assert.All(own, distance => Assert.InRange(distance, 0, 2e-3 * length));
        Assert.InRange(other.Min(), 10 * own.Max(), float.MaxValue);
    }

    [Fact]
    public void Save_APatchWithASpot_AnswersLargestThere()
    {
        var good = TestPictures.Texture(0, 128, 128);
        var memory = Collect([good], 1000, seed: 1);
        var values = new float[good.Shape.Length];
        good.Cut(good.Shape, 0, 0, values);
        for (var y = 84; y < 92; y++)
            for (var x = 36; x < 44; x++)
                values[y * 128 + x] = 1;

        var answer = Answer(memory, new TrainingPicture("spot", good.Shape, values));

        var at = Array.IndexOf(answer, answer.Max());
        // A patch reaches over three cells of 8 pixels, those of the third layer over three of 16.
        Assert.InRange(at / 128, 84 - 16, 92 + 16);
        Assert.InRange(at % 128, 36 - 16, 44 + 16);
    }

    [Fact]
    public void Save_ASpotThatDiffersInColourAlone_AnswersLargestThere()
    {
        var good = TestPictures.Texture(0, 128, 128, 3);
        var memory = Collect([good], 1000, seed: 1);
        var values = good.Values;
        for (var y = 84; y < 100; y++)
            for (var x = 36; x < 52; x++)
            {
                // Redder and less green, of the same luma (ITU-R BT.601: .299 red, .587 green).
                values[y * 128 + x] += 0.4f;
                values[128 * 128 + y * 128 + x] -= 0.4f * 0.299f / 0.587f;
            }

        var (untouched, answer) = (Answer(memory, good), Answer(memory, new TrainingPicture("spot", good.Shape, values)));

        var at = Array.IndexOf(answer, answer.Max());
        Assert.InRange(at / 128, 84 - 16, 100 + 16);
        Assert.InRange(at % 128, 36 - 16, 52 + 16);
        Assert.InRange(answer.Max(), 3 * untouched.Max(), float.MaxValue);
    }

    [Fact]
    public void Collect_FewerThanThereAre_GivesAsManyAsAskedEachOneOfThem()
    {
        TrainingPicture[] pictures = [TestPictures.Texture(0, 64, 64), TestPictures.Texture(1, 64, 64)];

        var chosen = Collect(pictures, 20, seed: 4);

        Assert.Equal(20, chosen.Length);
        Assert.All(chosen, vector => Assert.Equal(Vector, vector.Length));
        var patches = pictures.SelectMany(Patches).ToList();
        // Each is a patch of one of them, and no patch is there twice.
        int[] places = [.. chosen.Select(vector => patches.FindIndex(patch => Planes.Distance(patch, vector) < 1e-3))];
        Assert.DoesNotContain(-1, places);
        Assert.Equal(20, places.Distinct().Count());
    }

    [Fact]
    public void Collect_MoreThanThereAre_GivesAll()
    {
        // 8x8 cells a picture.
        Assert.Equal(2 * 64, Collect([TestPictures.Texture(0, 64, 64), TestPictures.Texture(1, 64, 64)], 1000, seed: 4).Length);
    }

    [Fact]
    public void Collect_SameSeed_IsTheSame()
    {
        TrainingPicture[] pictures = [TestPictures.Texture(0, 64, 64)];

        Assert.Equal(Collect(pictures, 10, seed: 7), Collect(pictures, 10, seed: 7));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Collect_AFew_LeaveNoCandidateFartherThanAnyRandomChoiceDoes(int seed)
    {
        TrainingPicture[] pictures = [.. Enumerable.Range(0, 4).Select(i => TestPictures.Texture(i, 64, 96))];
        var all = Collect(pictures, int.MaxValue, seed);

        var chosen = Collect(pictures, 30, seed);

        var random = new Random(seed);
        var farthest = Farthest(all, chosen);
        for (var i = 0; i < 100; i++)
            Assert.InRange(farthest, 0, Farthest(all, random.GetItems(all, 30)));
    }

    [Fact]
    public void SaveLayers_InTheBundlesFile_AreTheBackbones()
    {
        var weights = new WeightsFile(UNetExporter.WeightsFileName);
        PatchMemory.SaveLayers(Frozen.Backbone, folder, weights, 1, Metadata, "test");
        weights.Save(folder);
        var picture = TestPictures.Texture(0, 64, 48);

        using var features = FeatureNetwork.Open(Path.Combine(folder, PatchMemory.LayersFileName), Cpu);
        var maps = features.Run(picture.Values, [0], picture.Shape);

        Assert.Equal([("layer1", 64, 16, 12), ("layer2", 128, 8, 6), ("layer3", 256, 4, 3)], maps.Select(map => (map.Name, map.Channels, map.Height, map.Width)));
        Assert.All(maps.Zip(Layers(picture)), pair => Assert.Equal(pair.Second, pair.First.Values.ToArray()));
    }

    private static float[][] Collect(TrainingPicture[] pictures, int count, int seed) =>
        PatchMemory.Collect(Frozen.Backbone, [.. pictures.Select(picture => (picture.Values, picture.Shape))], count, seed);

    private static InferenceOptions Cpu { get; } = new() { Provider = ExecutionProvider.Cpu };

    private static Dictionary<string, string> Metadata => new() { ["edge.size_multiple"] = "16" };

    private static double Farthest(float[][] all, float[][] chosen) => all.Max(candidate => chosen.Min(vector => Planes.Distance(candidate, vector)));

    /// <summary>What the saved network says, through the runtime.</summary>
    private float[] Answer(float[][] memory, TrainingPicture picture)
    {
        var weights = new WeightsFile(UNetExporter.WeightsFileName);
        PatchMemory.Save(Frozen.Backbone, memory, folder, weights, picture.Shape.Channels, Metadata, "test");
        weights.Save(folder);
        using var network = PlaneNetwork.Open(Path.Combine(folder, PatchMemory.FileName), Reading.MemoryPlane, Cpu);
        var plane = new float[picture.Shape.Pixels];
        network.Evaluate(picture.Values, picture.Shape, plane);
        return plane;
    }

    /// <summary>
    /// The patches of a picture, worked out here: the mean of the 3x3 cells about each cell of the second layer, beside that of the third layer, made twice as
    /// large. At the rim the mean is of the cells that there are. (The paper's code takes zeros for the others, which makes a rim unlike the rest.)
    /// </summary>
    private static IEnumerable<float[]> Patches(TrainingPicture picture)
    {
        var (height, width) = (picture.Shape.Height / 8, picture.Shape.Width / 8);
        var layers = Layers(picture);
        var second = layers[1].Chunk(height * width).Select(channel => Planes.Means(channel, height, width));
        var third = layers[2].Chunk(height / 2 * (width / 2)).Select(channel => Planes.Larger(Planes.Means(channel, height / 2, width / 2), height / 2, width / 2, 2));
        float[][] channels = [.. second, .. third];
        for (var place = 0; place < height * width; place++)
            yield return [.. channels.Select(channel => channel[place])];
    }

    private static float[][] Layers(TrainingPicture picture)
    {
        var graph = new OnnxGraph("layers");
        var channels = picture.Shape.Channels;
        var layers = Frozen.Backbone.Add(graph, graph.Input("x", "N", channels, "H", "W"), channels);
        for (var i = 0; i < layers.Count; i++)
            graph.Output(Frozen.Backbone.Layers[i].Name, layers[i], "N", 64 << i, $"H{i}", $"W{i}");
        using var run = new NetworkRun(graph.ToModel("tests", "0"));
        return run.Run(picture.Values, 1, channels, picture.Shape.Height, picture.Shape.Width);
    }
}
