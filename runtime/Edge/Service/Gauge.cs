using System.Runtime.CompilerServices;

namespace Edge.Service;

/// <summary>A value that goes up and down.</summary>
internal sealed class Gauge(string name, string help, params string[] labels) : MetricFamily<StrongBox<double>>(name, help, "gauge", labels, () => new StrongBox<double>())
{
    public void Set(double value, params ReadOnlySpan<string> labels) => Volatile.Write(ref Child(labels).Value, value);

    protected override void Write(TextWriter output, string labels, StrongBox<double> child) =>
        output.Write($"{Name}{Braces(labels)} {Number(Volatile.Read(ref child.Value))}\n");
}
