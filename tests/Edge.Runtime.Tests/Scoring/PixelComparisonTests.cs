using Edge.Runtime.Diffusion;
using Edge.Runtime.Scoring;

namespace Edge.Runtime.Tests.Scoring;

public class PixelComparisonTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Compare_AnyChannels_IsTheMeanAbsoluteDifference(int channels)
    {
        var shape = new PictureShape(channels, 5, 9);
        float[] a = Values(shape.Length, 1), b = Values(shape.Length, 2), map = new float[shape.Pixels];
        PixelComparison.Compare(a, b, shape, map);

        for (var p = 0; p < shape.Pixels; p++)
        {
            double Difference(int c) => Math.Abs((double)a[c * shape.Pixels + p] - b[c * shape.Pixels + p]);
            Assert.Equal(Enumerable.Range(0, channels).Average(Difference), map[p], 1e-6);
        }
    }

    internal static float[] Values(int length, ulong seed)
    {
        var values = new float[length];
        PhiloxNoise.Fill(values, seed, 0);
        return values;
    }
}
