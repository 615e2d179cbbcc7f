using System.Collections.Concurrent;
using System.Globalization;

namespace Edge.Service;

/// <summary>All values of one metric, one for each combination of labels. Text format 0.0.4 of Prometheus.</summary>
/// <param name="name">Its name; ends with a unit, counters with _total.</param>
/// <param name="help">One line.</param>
/// <param name="type">counter, gauge or histogram.</param>
/// <param name="labels">Names of the labels.</param>
internal abstract class MetricFamily<T>(string name, string help, string type, string[] labels, Func<T> create) : IMetric where T : class
{
    private readonly ConcurrentDictionary<string, T> children = new();

    protected string Name => name;

    /// <summary>The value for these labels.</summary>
    protected T Child(ReadOnlySpan<string> values)
    {
        if (values.Length != labels.Length)
            throw new ArgumentException($"{name} has {labels.Length} labels.");
        return children.GetOrAdd(Labels(values), _ => create());
    }

    /// <summary>Forgets every combination of labels, so that those that are no more do not stay.</summary>
    public void Clear() => children.Clear();

    public void Write(TextWriter output)
    {
        if (children.IsEmpty && labels.Length > 0)
            return;
        output.Write($"# HELP {name} {help}\n# TYPE {name} {type}\n");
        if (labels.Length == 0)
            Child([]);
        foreach (var (text, child) in children.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            Write(output, text, child);
    }

    protected abstract void Write(TextWriter output, string labels, T child);

    protected static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    /// <summary>Labels in braces, or nothing, with one more where given.</summary>
    protected static string Braces(string labels, string more = "") =>
        labels.Length + more.Length == 0 ? "" : $"{{{labels}{(labels.Length > 0 && more.Length > 0 ? "," : "")}{more}}}";

    private string Labels(ReadOnlySpan<string> values)
    {
        var text = "";
        for (var i = 0; i < values.Length; i++)
            text += $"{(i > 0 ? "," : "")}{labels[i]}=\"{values[i].Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n")}\"";
        return text;
    }
}
