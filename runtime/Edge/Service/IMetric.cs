namespace Edge.Service;

/// <summary>Something /metrics shows.</summary>
internal interface IMetric
{
    void Write(TextWriter output);
}
