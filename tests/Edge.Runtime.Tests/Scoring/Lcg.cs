namespace Edge.Runtime.Tests.Scoring;

/// <summary>Numbers that any language makes alike: s = 6364136223846793005 s + 1442695040888963407 mod 2^64, of which the upper 24 bits count (Knuth's constants).</summary>
internal struct Lcg(ulong seed)
{
    private ulong state = seed;

    /// <summary>0 to 2^24 - 1.</summary>
    public int Next()
    {
        state = 6364136223846793005 * state + 1442695040888963407;
        return (int)(state >> 40);
    }

    /// <summary>[count] values from 0 to below 1, exact in a float.</summary>
    public float[] Units(int count)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
            values[i] = Next() / (float)(1 << 24);
        return values;
    }
}
