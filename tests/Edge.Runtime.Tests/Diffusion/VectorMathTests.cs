using System.Numerics;
using Edge.Runtime.Diffusion;

namespace Edge.Runtime.Tests.Diffusion;

public class VectorMathTests
{
    [Fact]
    public void Log_WholeRange_IsCloseToTheExactLogarithm()
    {
        var v = Enumerable.Range(0, 4001).Select(i => (float)Math.Pow(10, -30 + 60 * i / 4000.0)).Concat([1, 0.999999f, 1.000001f]).ToArray();
        var log = new float[v.Length];
        for (var i = 0; i < v.Length; i++)
            log[i] = VectorMath.Log(new Vector<float>(v[i]))[0];

        for (var i = 0; i < v.Length; i++)
            Assert.Equal(Math.Log(v[i]), log[i], 2e-7 * Math.Abs(Math.Log(v[i])) + 1e-10);
    }

    [Fact]
    public void Log_NotANumber_StaysNotANumber() => Assert.True(float.IsNaN(VectorMath.Log(new Vector<float>(float.NaN))[0]));

    [Fact]
    public void SinCosTurn_AllAngles_AreCloseToExact()
    {
        for (var i = 0; i < 4096; i++)
        {
            var turn = (uint)i << 20 | 0x5a5u;
            var (sin, cos) = VectorMath.SinCosTurn(new Vector<uint>(turn));
            var angle = 2 * Math.PI * turn / 4294967296;
            Assert.Equal(Math.Sin(angle), sin[0], 2e-7);
            Assert.Equal(Math.Cos(angle), cos[0], 2e-7);
        }
    }
}
