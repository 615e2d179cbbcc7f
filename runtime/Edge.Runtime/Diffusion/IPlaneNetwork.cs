namespace Edge.Runtime.Diffusion;

/// <summary>A network that says one thing of every pixel of a picture: how sure it is that it is corrupted, or how far its surroundings are from good ones. Not part of either paper.</summary>
internal interface IPlaneNetwork
{
    /// <summary>Height and width of what it is given must be multiples of this.</summary>
    int SizeMultiple { get; }

    /// <summary>Evaluates the network.</summary>
    /// <param name="x">[C, H, W] the picture in [-1, 1].</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="plane">[H, W] receives the answer.</param>
    void Evaluate(ReadOnlySpan<float> x, PictureShape shape, Span<float> plane);
}
