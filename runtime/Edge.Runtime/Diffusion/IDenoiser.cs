namespace Edge.Runtime.Diffusion;

/// <summary>A network that predicts the noise in a noised picture: eps(x_t, t), Ho et al. 2020 (arXiv 2006.11239).</summary>
internal interface IDenoiser
{
    /// <summary>Channels of the pictures it was trained on, 1 or 3.</summary>
    int Channels { get; }

    /// <summary>Height and width of what it is given must be multiples of this.</summary>
    int SizeMultiple { get; }

    /// <summary>Predicts the noise of <c>t.Length</c> pictures of one shape. Each result depends on its own picture and t only.</summary>
    /// <param name="x">[N, C, H, W] noised pictures, in the scale in which clean pictures lie in [-1, 1].</param>
    /// <param name="t">[N] index into the schedule, 0 .. NumTrainTimesteps - 1, as a float.</param>
    /// <param name="shape">Shape of one picture.</param>
    /// <param name="eps">[N, C, H, W] receives the prediction; may not overlap <paramref name="x"/>.</param>
    void Predict(ReadOnlySpan<float> x, ReadOnlySpan<float> t, PictureShape shape, Span<float> eps);
}
