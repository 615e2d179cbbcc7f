using System.Runtime.CompilerServices;

namespace Edge.Service;

/// <summary>Counts up.</summary>
internal sealed class Counter(string name, string help, params string[] labels) : MetricFamily<StrongBox<long>>(name, help, "counter", labels, () => new StrongBox<long>())
{
    public void Add(long n, params ReadOnlySpan<string> labels) => Interlocked.Add(ref Child(labels).Value, n);

    public long Value(params ReadOnlySpan<string> labels) => Interlocked.Read(ref Child(labels).Value);

    protected override void Write(TextWriter output, string labels, StrongBox<long> child) =>
        output.Write($"{Name}{Braces(labels)} {Interlocked.Read(ref child.Value)}\n");
}
