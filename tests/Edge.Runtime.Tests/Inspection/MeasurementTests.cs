using Edge.Runtime.Bundles;
using Edge.Runtime.Diffusion;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;

namespace Edge.Runtime.Tests.Inspection;

public class MeasurementTests
{
    private static readonly NetworkManifest Network = new() { Channels = 3, SizeMultiple = 8 };

    [Fact]
    public void Reconstruction_PaddedPicture_HasThePicturesShape()
    {
        var measurement = new Measurement(new Echo(), Network, new Preprocessing { Scale = 1, Tile = 64 });
        var pixels = new byte[19 * 29 * 3];
        new Random(1).NextBytes(pixels);
        // A larger picture first: the method's buffer is then longer than the next tile.
        measurement.Measure(new Frame(new byte[60 * 60], 60, 60, 1));

        measurement.Measure(new Frame(pixels, 29, 19, 3));

        var expected = new float[3 * 19 * 29];
        PictureTensor.Convert(new Frame(pixels, 29, 19, 3), 3, expected);
        Assert.Equal(new PictureShape(3, 19, 29), measurement.Shape);
        Assert.Equal(expected, measurement.Reconstruction());
    }

    [Fact]
    public void Reconstruction_SeveralTiles_IsEmpty()
    {
        var measurement = new Measurement(new Echo(), Network, new Preprocessing { Scale = 1, Tile = 64 });
        measurement.Measure(new Frame(new byte[65 * 20], 65, 20, 1));
        Assert.Empty(measurement.Reconstruction());
    }

    /// <summary>Takes every tile for what it is.</summary>
    private sealed class Echo : IMapMethod
    {
        private float[] tile = [];

        public int Planes => 1;

        public int SizeMultiple => 8;

        public ReadOnlySpan<float> Reconstruction => tile;

        public void Measure(ReadOnlySpan<float> x0, PictureShape shape, Span<float> planes)
        {
            if (tile.Length < x0.Length)
                tile = new float[x0.Length];
            x0.CopyTo(tile);
        }
    }
}
