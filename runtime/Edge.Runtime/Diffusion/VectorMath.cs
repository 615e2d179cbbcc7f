using System.Numerics;
using System.Runtime.CompilerServices;

namespace Edge.Runtime.Diffusion;

/// <summary>
/// Elementary functions from additions, multiplications and divisions only, without fused operations: every processor and vector
/// width gives the same bits, which no C library promises.
/// </summary>
internal static class VectorMath
{
    /// <summary>log(v) for v of at least 2^-126, to about one unit in the last place; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Log(Vector<float> v)
    {
        // v = m 2^e with m in [sqrt(1/2), sqrt(2)); log m = 2 artanh((m - 1) / (m + 1)), whose series needs five terms there.
        var bits = Vector.AsVectorInt32(v);
        var e = Vector.ShiftRightArithmetic(bits - new Vector<int>(BitConverter.SingleToInt32Bits(0.70710678f)), 23);
        var m = Vector.AsVectorSingle(bits - Vector.ShiftLeft(e, 23));
        var z = (m - Vector<float>.One) / (m + Vector<float>.One);
        var q = z * z;
        var series = new Vector<float>(2f / 9) * q + new Vector<float>(2f / 7);
        series = series * q + new Vector<float>(2f / 5);
        series = series * q + new Vector<float>(2f / 3);
        // The small part first, so that it is not rounded to the grain of the large one.
        var log = z + z + z * q * series + Vector.ConvertToSingle(e) * new Vector<float>(0.69314718f);
        return Vector.ConditionalSelect(Vector.Equals(v, v), log, v);
    }

    /// <summary>Sine and cosine of an angle given as a fraction of the full turn in 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector<float> Sin, Vector<float> Cos) SinCosTurn(Vector<uint> turn)
    {
        // The nearest quarter turn is taken off in integers, exactly; what is left is at most pi/4, where the Taylor series is short.
        var quarter = Vector.ShiftRightLogical(turn + new Vector<uint>(1u << 29), 30);
        var rest = Vector.AsVectorInt32(turn - Vector.ShiftLeft(quarter, 30));
        var a = Vector.ConvertToSingle(rest) * new Vector<float>((float)(2 * Math.PI / (1L << 32)));
        var q = a * a;

        var sin = new Vector<float>(1f / 362880) * q - new Vector<float>(1f / 5040);
        sin = sin * q + new Vector<float>(1f / 120);
        sin = sin * q - new Vector<float>(1f / 6);
        sin = a + a * q * sin;
        var cos = new Vector<float>(1f / 40320) - new Vector<float>(1f / 3628800) * q;
        cos = cos * q - new Vector<float>(1f / 720);
        cos = cos * q + new Vector<float>(1f / 24);
        cos = cos * q - new Vector<float>(0.5f);
        cos = Vector<float>.One + q * cos;

        var quarters = Vector.AsVectorInt32(quarter);
        var swap = Vector.Equals(quarters & Vector<int>.One, Vector<int>.One);
        var sinSign = Vector.ShiftLeft(quarters & new Vector<int>(2), 30);
        var cosSign = Vector.ShiftLeft((quarters + Vector<int>.One) & new Vector<int>(2), 30);
        return (Flip(Vector.ConditionalSelect(swap, cos, sin), sinSign), Flip(Vector.ConditionalSelect(swap, sin, cos), cosSign));

        static Vector<float> Flip(Vector<float> v, Vector<int> sign) => Vector.AsVectorSingle(Vector.AsVectorInt32(v) ^ sign);
    }
}
