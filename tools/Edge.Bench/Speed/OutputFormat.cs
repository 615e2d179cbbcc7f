namespace Edge.Bench.Speed;

/// <summary>How a result is printed.</summary>
internal enum OutputFormat
{
    /// <summary>A table for a terminal.</summary>
    Table,

    /// <summary>One JSON object a line.</summary>
    Json,

    /// <summary>A table for a document.</summary>
    Markdown,
}
