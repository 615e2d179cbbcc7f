using System.Globalization;
using Edge.Bench.Ablation;
using Edge.CommandLine;
using Edge.Evaluation;
using Edge.Runtime.Bundles;

namespace Edge.Bench.Speed;

/// <summary>The command <c>sweep</c>: which T scales, and how many, are worth their time.</summary>
internal sealed class SweepBench(Func<string, SubjectOptions, ISubject> open, TextWriter output, TextWriter error)
{
    static readonly int[] Levels = [8, 25, 50, 100, 200];

    /// <summary>Calibrates every set of levels on good pictures, judges it on a labelled set and times each size of set.</summary>
    /// <param name="bundle">The bundle's folder; it stays as it is.</param>
    /// <param name="normals">Good pictures that took no part in training: a folder, or a text file with a path a line.</param>
    /// <param name="data">A data set in MVTec AD's layout.</param>
    /// <param name="asked">What is read; none = every set of one to five of the usual levels the network knows, and the log-odds alone and with each.</param>
    /// <param name="threads">Threads of one evaluation, one after the other; none = the processors.</param>
    /// <param name="n">Pictures timed a line.</param>
    /// <param name="format">How it is printed.</param>
    /// <param name="plotFile">A file for the plot; null plots nothing.</param>
    /// <param name="depth">Bits of 16-bit pictures that the sensor fills; 0 takes what each file says.</param>
    public void Run(string bundle, string normals, string data, SweepSet[] asked, int[] threads, int n, OutputFormat format, string? plotFile, int depth = 0)
    {
        var plot = plotFile is null ? null : new SpeedPlot(plotFile);
        var loaded = Bundle.Load(bundle);
        var manifest = loaded.Manifest;
        var logOdds = loaded.Profiles.Any(key => loaded.Profile(key).Readings.Any(r => r.LogOdds));
        SweepSet[] sets = asked.Length > 0 ? asked : [.. SweepSet.All([.. Levels.Where(t => t < manifest.Network.TMax)], logOdds)];
        if (sets.Any(set => set.LogOdds) && !logOdds)
            throw new UsageException($"--levels {SweepSet.LogOddsWord}: no profile of {bundle} reads log-odds; they were not learned, or from too little.");
        if (sets.SelectMany(set => set.Levels).FirstOrDefault(t => t < 0 || t >= manifest.Network.TMax, -1) is >= 0 and var outside)
            throw new UsageException($"--levels: {outside} lies outside 0..{manifest.Network.TMax - 1}, the levels this network was trained on.");
        var test = DefectDataset.Open(data);
        Dictionary<string, Profile> profiles;
        Dictionary<string, AccuracyRow> judged;
        double alpha;
        using (var evaluator = new DraftEvaluator(loaded, normals, test, error, depth))
        {
            profiles = evaluator.Calibrate(sets.ToDictionary(set => set.Name, set => ProfileOf(loaded, set)));
            alpha = evaluator.Alpha(profiles.Values);
            judged = evaluator.Judge(profiles, alpha).ToDictionary(result => result.Row.Profile, result => result.Row);
        }

        var standard = loaded.Profile();
        // Golden samples fill all bits, or say how many they do.
        using var samples = loaded.GoldenSamplePaths.Count > 0 ? new SamplePictures(loaded.GoldenSamplePaths) : new SamplePictures([test.Pictures[0].File], depth);
        var work = Directory.CreateTempSubdirectory("edge-sweep-");
        try
        {
            foreach (var file in loaded.Files)
                Copy(loaded.Folder, work.FullName, file);
            // The samples stay, for the negative controls that are made of them; these profiles' scores of them nobody asks for.
            List<GoldenSample> golden = [.. manifest.GoldenSamples.Select(sample => sample with { Scores = [] })];
            BundleWriter.Save(manifest with { DefaultProfile = profiles.Keys.First(), GoldenSamples = golden, Alpha = alpha },
                profiles.ToDictionary(p => new ProfileKey(p.Key), p => p.Value), work.FullName);
            var sampler = new LatencySampler(open, error);
            List<LatencyRow> rows = [];
            // Which levels they are does not change what as many evaluations take: timed once, sets of one size do not differ by chance.
            var timed = new Dictionary<(int Evaluations, bool LogOdds, int Threads), LatencyRow>();
            foreach (var set in sets)
                foreach (var count in threads.Length > 0 ? threads : [0])
                {
                    var name = set.Name;
                    var key = (profiles[name].Evaluations, set.LogOdds, count);
                    if (!timed.TryGetValue(key, out var time))
                        timed[key] = time = sampler.Measure(work.FullName, name, count, samples, n);
                    var row = time.With(judged[name]) with { Profile = name, TScales = set.Levels, IsDefault = set.Is(standard) };
                    rows.Add(row);
                    if (format == OutputFormat.Json)
                        JsonLines.Write(output, row);
                }
            if (format != OutputFormat.Json)
                Print(rows, data, format == OutputFormat.Markdown);
            plot?.Write(rows);
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    static Profile ProfileOf(Bundle bundle, SweepSet set) => new()
    {
        Readings =
        [
            .. set.Levels.Length > 0 ? (Reading[])[new Reading { TScales = new TScaleSettings { Timesteps = [.. set.Levels] }, Map = Variants.MapOf(bundle, r => r.TScales is not null) }] : [],
            .. set.LogOdds ? (Reading[])[new Reading { LogOdds = true, Map = Variants.MapOf(bundle, r => r.LogOdds) }] : [],
        ],
    };

    void Print(List<LatencyRow> rows, string data, bool markdown)
    {
        output.WriteLine($"{rows[0].Bundle} on {Path.GetFileName(data.TrimEnd('/'))}, {LatencyTables.Machine(rows[0])}; {rows[0].Pictures} pictures timed a size; milliseconds");
        var table = new TextTable("reads", "variant", "threads", "nfe", "image AUROC", "pixel AUROC", "AUPRO", "false rejects", "recall", "p50", "p95", "p99", "pictures/s", "allocated", "front");
        IReadOnlyList<int>[] fronts = [Front(row => row.ImageAuroc), Front(row => row.PixelAuroc), Front(row => row.Aupro)];
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            table.Add(row.IsDefault ? $"{row.Profile} *" : row.Profile, row.Variant, Text(row.Threads), LatencyTables.Evaluations(row.Evaluations), LatencyTables.Share(row.ImageAuroc), LatencyTables.Share(row.PixelAuroc),
                LatencyTables.Share(row.Aupro), LatencyTables.Share(row.FalseRejectsSeen), LatencyTables.Share(row.RecallSeen), LatencyTables.Number(row.P50), LatencyTables.Number(row.P95),
                LatencyTables.Number(row.P99), LatencyTables.Number(row.PicturesPerSecond), row.AllocatedBytes.ToString("0", CultureInfo.InvariantCulture),
                string.Concat(fronts.Zip("ipo", (front, letter) => front.Contains(i) ? letter.ToString() : "")));
        }
        table.Write(output, markdown);
        output.WriteLine("Sets of one size are timed once. * the bundle's default. Every set has constants and threshold of its own from the same good pictures; levels are one reading,"
            + " log-odds another, smoothed as the bundle's own profiles smooth them.");
        output.WriteLine("front: no other set is as cheap and as good, in image AUROC (i), pixel AUROC (p), AUPRO (o).");

        IReadOnlyList<int> Front(Func<LatencyRow, double?> value) => Pareto.Front([.. rows.Select(row => (row.P50, value(row) ?? double.NegativeInfinity))]);

        static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Copies a bundle's file to the same place of another folder.</summary>
    internal static void Copy(string from, string to, string file)
    {
        var target = Path.Combine(to, file);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Copy(Path.Combine(from, file), target);
    }
}
