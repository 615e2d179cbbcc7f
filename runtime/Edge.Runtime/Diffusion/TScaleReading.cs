namespace Edge.Runtime.Diffusion;

/// <summary>What of a network's answer at a noise level becomes a plane.</summary>
public enum TScaleReading
{
    /// <summary>The energy of the residual: how far the picture is from what the network would make of it.</summary>
    Residual,

    /// <summary>The log-odds that a pixel is spoiled, learnt from good pictures and corruptions of them.</summary>
    Logit,

    /// <summary>Both, from the same evaluation: first the residual of every level, then the log-odds of every level.</summary>
    Both,
}
