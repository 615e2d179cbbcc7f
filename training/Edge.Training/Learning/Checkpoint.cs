using System.Runtime.InteropServices;
using System.Text.Json;
using Edge.Runtime;
using Edge.Training.Data;
using Edge.Training.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Edge.Training.Learning;

/// <summary>
/// A training on disk: options, progress, loss so far, weights, their average and the optimiser. Written beside and renamed, so that
/// a kill at any moment leaves the last whole one.
/// </summary>
internal sealed record Checkpoint
{
    private const string Magic = "edge-checkpoint-4";
    private const string MagicOfAll = "edge-checkpoint-";

    /// <summary>What the run was started with.</summary>
    public required FitOptions Options { get; init; }

    /// <summary>Names the pictures' contents and their split; a run resumes on the same ones only.</summary>
    public required string Pictures { get; init; }

    /// <summary>Optimiser steps taken.</summary>
    public long Step { get; init; }

    /// <summary>Time trained, over all runs.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Part of the learning rate that is left after the training had to go back: 1, or halved so often.</summary>
    public double RateFactor { get; init; } = 1;

    /// <summary>Loss of every step.</summary>
    public List<float> Loss { get; init; } = [];

    /// <summary>Loss of the averaged weights on held-out pictures, now and then.</summary>
    public List<HeldOutLoss> HeldOut { get; init; } = [];

    /// <exception cref="BundleException">These are not the pictures the training began with.</exception>
    public void RequireSame(PictureSet pictures, string path)
    {
        if (Pictures != pictures.Fingerprint)
            throw new BundleException($"{path}: began on other pictures or another split; give it the same --data, or train anew without --resume.");
    }

    /// <summary>Replaces the checkpoint at a path when all is written.</summary>
    /// <exception cref="IOException">It cannot be written; the one that was there stands.</exception>
    public void Save(string path, TrainedNetworks model, TrainedNetworks average, AdamW optimizer)
    {
        var beside = path + ".new";
        using var scope = new TorchScope();
        try
        {
            using (var stream = File.Create(beside))
            {
                using var writer = new BinaryWriter(stream);
                writer.Write(Magic);
                writer.Write(JsonSerializer.Serialize(this));
                Write(writer, model);
                Write(writer, average);
                optimizer.save_state_dict(writer);
                writer.Write(Magic);
                writer.Flush();
                stream.Flush(flushToDisk: true);
            }
            File.Move(beside, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Half a checkpoint would take room that the next try needs.
            try { File.Delete(beside); } catch (Exception again) when (again is IOException or UnauthorizedAccessException) { /* the first failure is the one to report */ }
            throw;
        }
    }

    /// <summary>Reads what was saved, without the weights.</summary>
    /// <exception cref="BundleException">The file is missing or no whole checkpoint.</exception>
    public static Checkpoint Read(string path) => Open(path, (checkpoint, _) => checkpoint);

    /// <summary>Reads what was saved, with the averaged weights, and the rest where it is asked for.</summary>
    /// <exception cref="BundleException">The file is missing, no whole checkpoint, of another format or of another network.</exception>
    public static Checkpoint Load(string path, TrainedNetworks average, TrainedNetworks? model = null, AdamW? optimizer = null) => Open(path, (checkpoint, reader) =>
    {
        using var scope = new TorchScope();
        Fill(reader, model ?? average, path);
        Fill(reader, average, path);
        if (optimizer is not null)
        {
            optimizer.load_state_dict(reader);
            if (reader.ReadString() != Magic)
                throw new EndOfStreamException();
        }
        return checkpoint;
    });

    private static Checkpoint Open(string path, Func<Checkpoint, BinaryReader, Checkpoint> read)
    {
        if (!File.Exists(path))
            throw new BundleException($"{path}: no checkpoint there; start a training without --resume.");
        try
        {
            using var reader = new BinaryReader(File.OpenRead(path));
            var magic = reader.ReadString();
            if (magic != Magic && magic.StartsWith(MagicOfAll, StringComparison.Ordinal))
                throw new BundleException($"{path}: a checkpoint of another Edge ({magic}); this one reads {Magic}. Train again, or export it with the Edge that wrote it.");
            if (magic != Magic)
                throw new InvalidDataException();
            return read(JsonSerializer.Deserialize<Checkpoint>(reader.ReadString())!, reader);
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException or JsonException or FormatException)
        {
            throw new BundleException($"{path}: damaged or from another version; delete it and train again.", e);
        }
    }

    /// <summary>Each parameter as its name, its number of dimensions, these, and its values.</summary>
    private static void Write(BinaryWriter writer, TrainedNetworks network)
    {
        foreach (var (name, parameter) in network.named_parameters())
        {
            writer.Write(name);
            writer.Write(parameter.shape.Length);
            foreach (var extent in parameter.shape)
                writer.Write(extent);
            writer.Write(MemoryMarshal.AsBytes(parameter.detach().cpu().data<float>().ToArray().AsSpan()));
        }
    }

    private static void Fill(BinaryReader reader, TrainedNetworks network, string path)
    {
        foreach (var (name, parameter) in network.named_parameters())
        {
            var (savedName, savedShape) = (reader.ReadString(), new long[Math.Clamp(reader.ReadInt32(), 0, 8)]);
            for (var i = 0; i < savedShape.Length; i++)
                savedShape[i] = reader.ReadInt64();
            if (savedName != name || !savedShape.SequenceEqual(parameter.shape))
                throw new BundleException($"{path}: holds {savedName} [{string.Join(", ", savedShape)}] where the network has {name} [{string.Join(", ", parameter.shape)}]; "
                    + "it is of another network or damaged. Train again.");
            var values = new float[parameter.shape.Aggregate(1L, (a, b) => a * b)];
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            parameter.copy_(tensor(values, parameter.shape));
        }
    }
}
