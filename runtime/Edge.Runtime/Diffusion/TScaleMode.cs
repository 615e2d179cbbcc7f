namespace Edge.Runtime.Diffusion;

/// <summary>What is read at each T scale (Teng et al., arXiv 2211.16092, and its readings).</summary>
internal enum TScaleMode
{
    /// <summary>x_t = sqrt(abar) x without noise; r = eps(x_t, t). One evaluation and no randomness.</summary>
    Noiseless,

    /// <summary>
    /// x_t = sqrt(abar) x + sqrt(1 - abar) e; r = eps(x_t, t) - e = sqrt(abar / (1 - abar)) (x - x0hat), the informative part of the score.
    /// </summary>
    Noised,

    /// <summary>The paper to the letter: the score of the noised picture, -eps(x_t, t) / sqrt(1 - abar). Mostly the noise that was added.</summary>
    Score,

    /// <summary>
    /// s(x_t, t) - s(xhat_t, t): the score of the noised picture less that of its one-step estimate, noised with the same e. Two evaluations.
    /// </summary>
    Difference,
}
