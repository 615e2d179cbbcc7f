using System.Diagnostics;
using Edge.CommandLine;
using Edge.Evaluation;
using Edge.Evaluation.Metrics;
using Edge.Features;
using Edge.Runtime;
using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inference;
using Edge.Runtime.Inspection;
using Edge.Runtime.Scoring;

namespace Edge.Bench.Peer;

/// <summary>
/// PatchCore (Roth et al., arXiv 2106.08265) with the ResNet-18 that bundles carry, as its users run it: layers 2 and 3, a greedy coreset of all good pictures,
/// distance to the nearest vector, a Gaussian of 4 pixels over the map, the largest value as the picture's score.
/// </summary>
internal sealed class PatchCore : IDisposable
{
    private const double Sigma = 4;
    private const string Name = "PatchCore, ResNet-18";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("edge-patchcore-");
    private readonly PlaneNetwork network;
    private readonly PictureReader reader;
    private readonly GaussianFilter smoothing = new(Sigma);
    private float[] map = [], scratch = [];

    /// <param name="good">Files of good pictures.</param>
    /// <param name="vectors">Vectors kept.</param>
    /// <param name="size">Longer side that the median picture is scaled down to.</param>
    /// <param name="depth">Bits of 16-bit pictures that the sensor fills; 0 takes what each file says.</param>
    public PatchCore(IReadOnlyList<string> good, int vectors, int size, int depth)
    {
        try
        {
            var backbone = Backbone.Packaged();
            var manifest = new NetworkManifest { Channels = 3, SizeMultiple = backbone.SizeMultiple };
            var sides = new List<int>();
            PictureFile.Each(good, path =>
            {
                using var picture = PictureFile.Read(path, depth);
                sides.Add(Math.Max(picture.Width, picture.Height));
            });
            var preprocessing = new Preprocessing { Scale = Math.Min(1, size / (double)sides.Order().ElementAt(sides.Count / 2)) };
            var preprocessor = new Preprocessor(manifest.Channels, preprocessing);
            var pictures = good.Select(path =>
            {
                using var picture = PictureFile.Read(path, depth);
                preprocessor.Prepare(picture.AsFrame());
                return (preprocessor.Values.ToArray(), preprocessor.Shape);
            }).ToList();
            PatchMemory.Save(backbone, PatchMemory.Collect(backbone, pictures, vectors, seed: 0), folder.FullName, null, manifest.Channels, NetworkMetadata.Of(manifest), CommandHost.Version);
            network = PlaneNetwork.Open(Path.Combine(folder.FullName, PatchMemory.FileName), Reading.MemoryPlane, new InferenceOptions { Provider = ExecutionProvider.Cpu });
            reader = new PictureReader([new NetworkSource(network, Reading.MemoryPlane)], manifest, preprocessing);
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Measures it on the test pictures.</summary>
    /// <param name="set">The pictures.</param>
    /// <param name="error">Told how far it is.</param>
    /// <param name="depth">Bits of 16-bit pictures that the sensor fills.</param>
    public PeerRow Measure(DefectDataset set, TextWriter error, int depth)
    {
        var truth = set.ReadTruth(depth);
        var (scores, times, maps) = (new double[truth.Count], new double[truth.Count], new List<ScoredPicture>());
        Progress.Run(error, Name, truth.Count, i =>
        {
            using var picture = PictureFile.Read(set.Pictures[i].File, depth);
            var began = Stopwatch.GetTimestamp();
            scores[i] = Score(picture.AsFrame());
            times[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            if (truth.All(t => t.Mask is null))
                return;
            var whole = new AnomalyMap();
            whole.Fill(map.AsSpan(0, reader.Shape.Pixels), reader.Shape.Width, reader.Shape.Height, truth[i].Width, truth[i].Height);
            maps.Add(Evaluator.Scored(whole.Values.ToArray(), whole.Width, truth[i].Mask, set.Pictures[i].File));
        });
        double[] good = [.. scores.Where((_, i) => set.Pictures[i].Kind is null).Order()], defective = [.. scores.Where((_, i) => set.Pictures[i].Kind is not null).Order()];
        var ranking = maps.Count == 0 || defective.Length == 0 ? null : PixelRanking.Of(maps);
        return new PeerRow
        {
            Method = Name, ImageAuroc = defective.Length == 0 ? null : RocCurve.Auroc<double>(good, defective), PixelAuroc = ranking?.Auroc(), Aupro = ranking?.Aupro(),
            Milliseconds = Quantile.NearestRank([.. times.Order()], 0.5),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        network.Dispose();
        folder.Delete(recursive: true);
    }

    private double Score(in Frame frame)
    {
        reader.Read(frame);
        var shape = reader.Shape;
        DiffusionScratch.Take(ref scratch, smoothing.ScratchLength(shape.Width));
        smoothing.Apply(reader.Values, DiffusionScratch.Take(ref map, shape.Pixels), scratch, shape.Width, shape.Height);
        return System.Numerics.Tensors.TensorPrimitives.Max<float>(map.AsSpan(0, shape.Pixels));
    }
}
