namespace Edge.Training.Learning;

/// <summary>The loss of the averaged weights on crops of held-out pictures.</summary>
internal sealed record HeldOutLoss(long Step, float Loss);
