namespace Edge.Runtime.Diffusion;

/// <summary>A network that says where a picture is corrupted, as it was taught with painted corruption; not part of either paper.</summary>
internal interface IDefectHead
{
    /// <summary>Height and width of what it is given must be multiples of this.</summary>
    int SizeMultiple { get; }

    /// <summary>The log-odds that a pixel is corrupted.</summary>
    /// <param name="x">[C, H, W] the picture without noise, as the schedule scales it at t = 0.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="logOdds">[H, W] receives them.</param>
    void LogOdds(ReadOnlySpan<float> x, PictureShape shape, Span<float> logOdds);
}
