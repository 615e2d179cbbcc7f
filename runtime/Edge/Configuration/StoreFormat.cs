namespace Edge.Configuration;

/// <summary>How pictures are kept.</summary>
internal enum StoreFormat
{
    Png,
    Jpeg,
}
