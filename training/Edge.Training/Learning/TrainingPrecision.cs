namespace Edge.Training.Learning;

/// <summary>What the convolutions of a training compute in.</summary>
internal enum TrainingPrecision
{
    /// <summary>32-bit floats.</summary>
    Fp32,

    /// <summary>bfloat16 with sums in 32 bits. Weights, statistics and the loss stay in 32 bits, and so does the network that is exported.</summary>
    Bf16,
}
