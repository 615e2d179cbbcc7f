using Edge.Drawing;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;
using Edge.Training.Data;

namespace Edge.Training.Tests;

/// <summary>Pictures made on the spot, and a folder that is gone when the test is.</summary>
internal sealed class TestPictures : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("edge-training-tests-").FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>A woven texture with a little noise, different for every index.</summary>
    public static TrainingPicture Texture(int index, int height = 48, int width = 48, int channels = 1)
    {
        var shape = new PictureShape(channels, height, width);
        var values = new float[shape.Length];
        PhiloxNoise.Fill(values, 7, (ulong)index);
        for (var c = 0; c < channels; c++)
            for (var y = 0; y < height; y++)
                for (var x = 0; x < width; x++)
                {
                    ref var v = ref values[(c * height + y) * width + x];
                    v = Math.Clamp(0.05f * v + 0.4f * MathF.Sin((x + index) * 0.9f) * MathF.Cos((y + c) * 0.7f), -1, 1);
                }
        return new TrainingPicture($"texture_{index:00}.png", shape, values);
    }

    /// <summary>Writes textures into the folder and returns its path.</summary>
    public string Write(int count, int height = 48, int width = 48, int channels = 1, int first = 0)
    {
        for (var i = first; i < first + count; i++)
        {
            var picture = Texture(i, height, width, channels);
            PictureWriter.Write(Path.Combine(Folder, picture.Path), picture.Values, picture.Shape);
        }
        return Folder;
    }
}
