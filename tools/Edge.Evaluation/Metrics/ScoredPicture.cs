namespace Edge.Evaluation.Metrics;

/// <summary>A test picture's anomaly map beside the truth.</summary>
/// <param name="Map">[H, W] row by row, finite; higher is more suspicious.</param>
/// <param name="Width">Columns.</param>
/// <param name="Mask">[H, W], not 0 = defective; null for a good picture.</param>
internal sealed record ScoredPicture(float[] Map, int Width, byte[]? Mask)
{
    /// <summary>Whether the picture is one of the set's good ones.</summary>
    public bool IsGood => Mask is null;

    /// <summary>Pixels that are not defective.</summary>
    public int NormalPixels { get; } = Mask?.AsSpan().Count((byte)0) ?? Map.Length;

    /// <summary>Pixels that are defective.</summary>
    public int DefectPixels => Map.Length - NormalPixels;
}
