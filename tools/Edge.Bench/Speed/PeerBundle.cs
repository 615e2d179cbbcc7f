using Edge.Onnx;
using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Scoring;

namespace Edge.Bench.Speed;

/// <summary>A bundle in a temporary folder that costs what the field's standard costs: DDAD's network and sampler (T' 250, skip 25, 10 evaluations),
/// opened and timed like any other.</summary>
internal sealed class PeerBundle : IDisposable
{
    public const string ProfileName = "ddad";

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edge-peer-");

    public PeerBundle()
    {
        try
        {
            Write();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Folder => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);

    void Write()
    {
        var network = new NetworkManifest
        {
            Channels = PeerNetwork.Channels, SizeMultiple = PeerNetwork.SizeMultiple, TMax = 1000,
            Eps = new FileEntry { Path = "eps.onnx" }, Features = new FileEntry { Path = "features.onnx" }, Weights = new FileEntry { Path = "weights.bin" },
        };
        OnnxFile.Write(At(network.Eps), new PeerNetwork().ToModel(NetworkMetadata.Of(network)));
        // Named by every manifest, read by no profile of this one.
        File.WriteAllBytes(At(network.Features), []);
        File.WriteAllBytes(At(network.Weights), []);

        BundleWriter.Save(new BundleManifest
        {
            Id = ProfileName, Version = "1", Network = network, DefaultProfile = ProfileName, Alpha = 0.5,
        }, new Dictionary<ProfileKey, Profile>
        {
            [ProfileName] = new()
            {
                // w is that of leather; it costs nothing.
                Readings =
                [
                    new Reading
                    {
                        Reconstruction = new ReconstructionSettings { Sampler = new SamplerOptions { StartT = 250, Skip = 25, Eta = 1, ConditionWeight = 11, Compatible = true } },
                        Map = new MapSettings { Relative = false, Widths = [4], TopPixels = 1 },
                        Constants = new MapConstants
                        {
                            Mean = Zones(0), Deviation = Zones(1), PlaneWeight = [1], WidthMean = [0], WidthDeviation = [1], WidthLimit = [float.MaxValue],
                        },
                    },
                ],
                Gate = [.. Gate.Names([new Reading { Reconstruction = new ReconstructionSettings(), Map = new MapSettings { Relative = false } }], PeerNetwork.Channels)
                    .Select(name => new GateRange { Statistic = name, Low = float.MinValue, High = float.MaxValue })],
                Calibration = new Calibration { Scores = [1], Source = "none" },
            },
        }, Folder);
    }

    static List<double> Zones(double value) => [.. Enumerable.Repeat(value, BorderZones.Count)];

    string At(FileEntry file) => Path.Combine(Folder, file.Path);
}
