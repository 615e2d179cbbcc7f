namespace Edge.Training.Data;

/// <summary>What a good picture is used for. No picture, and no group of pictures, has two uses.</summary>
internal enum SplitPart
{
    /// <summary>The network learns from it.</summary>
    Training,

    /// <summary>Held out: constants are fitted to it and settings are chosen by it.</summary>
    Fitting,

    /// <summary>Held out: its score is one of those that the threshold is taken from.</summary>
    Calibration,
}
