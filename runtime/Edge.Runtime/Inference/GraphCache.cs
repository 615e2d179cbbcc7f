using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.OnnxRuntime;

namespace Edge.Runtime.Inference;

/// <summary>
/// Graphs as ONNX Runtime optimised them for this processor, so that a start need not do it again: a folder each with the graph, its weights in
/// the processor's layout, and a checksum of both. One that does not match its checksum is made anew. Results are the same to the bit.
/// A cache that cannot be written or read costs time and nothing else.
/// </summary>
internal static class GraphCache
{
    private const string Graph = "graph.onnx";
    private const string Weights = "weights.bin";
    private const string Checksum = "sha256";

    /// <summary>Graphs that are kept, the last used ones.</summary>
    private const int Kept = 16;

    /// <summary>Where a network's graph belongs: its name says network, ONNX Runtime and processor, so that none is ever taken for another.</summary>
    public static string PathOf(string cacheFolder, string networkHash)
    {
        // The instruction sets too: what hides some of them from a virtual machine leaves the model's name as it is.
        string[] key = [networkHash, OnnxRuntimeLibrary.Version.ToString(), Machine.CpuModel, .. Machine.CpuFlags, "all optimisations", $"{ProviderSettings.QuantPrecision}"];
        return Path.Combine(cacheFolder, "graphs", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', key))))[..32]);
    }

    /// <summary>Opens a network from its kept graph, or opens it and keeps the graph for the next time.</summary>
    /// <param name="file">The network as the bundle has it.</param>
    /// <param name="entry">Where its graph belongs.</param>
    /// <param name="settings">How to open it; afterwards as it was.</param>
    /// <returns>Null where neither works: open the file itself.</returns>
    public static InferenceSession? Open(string file, string entry, SessionOptions settings)
    {
        if (IsSound(entry))
            try
            {
                settings.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
                return new InferenceSession(Path.Combine(entry, Graph), settings);
            }
            catch (OnnxRuntimeException)
            {
                // Sound and yet not to be opened, as one that was cut short before its checksum was made.
            }
            finally
            {
                settings.GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL;
            }

        var beside = $"{entry}.{Guid.NewGuid():N}.partial";
        try
        {
            Remove(entry);
            Directory.CreateDirectory(beside);
            settings.OptimizedModelFilePath = Path.Combine(beside, Graph);
            settings.AddSessionConfigEntry("session.optimized_model_external_initializers_file_name", Weights);
            settings.AddSessionConfigEntry("session.optimized_model_external_initializers_min_size_in_bytes", "1024");
            var session = new InferenceSession(file, settings);
            Keep(beside, entry);
            return session;
        }
        catch (Exception e) when (e is OnnxRuntimeException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
        finally
        {
            settings.OptimizedModelFilePath = "";
            Remove(beside);
        }
    }

    private static bool IsSound(string entry)
    {
        try
        {
            if (!Directory.Exists(entry) || File.ReadAllText(Path.Combine(entry, Checksum)) != ChecksumOf(entry))
                return false;
            Directory.SetLastWriteTimeUtc(entry, DateTime.UtcNow);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Keep(string beside, string entry)
    {
        try
        {
            File.WriteAllText(Path.Combine(beside, Checksum), ChecksumOf(beside));
            Directory.Move(beside, entry);
            foreach (var old in new DirectoryInfo(Path.GetDirectoryName(entry)!).GetDirectories().OrderByDescending(folder => folder.LastWriteTimeUtc).Skip(Kept))
                Remove(old.FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The session is open; the next start tries again. Another process may have kept the same graph first.
        }
    }

    /// <summary>Small weights stay in the graph, and where all are small there is no file of weights.</summary>
    private static string ChecksumOf(string entry) =>
        string.Concat(new[] { Graph, Weights }.Where(name => File.Exists(Path.Combine(entry, name))).Select(name => $"{Hash(Path.Combine(entry, name))}  {name}\n"));

    private static string Hash(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 18);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static void Remove(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then it stays; one that is damaged is found so again.
        }
    }
}
