namespace Edge.Configuration;

/// <summary>What becomes of a picture of a watched folder.</summary>
internal enum AfterInspection
{
    Keep,
    Delete,
    Move,
}
