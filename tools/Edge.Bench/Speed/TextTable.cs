using Edge.CommandLine;
using Spectre.Console;

namespace Edge.Bench.Speed;

/// <summary>A table that prints alike on a terminal and in a Markdown document. The first column is text, the others are figures.</summary>
internal sealed class TextTable(params string[] columns)
{
    readonly List<string[]> _rows = [];

    /// <summary>Adds a row of as many cells as there are columns.</summary>
    public void Add(params string[] cells) => _rows.Add(cells.Length == columns.Length
        ? cells
        : throw new ArgumentException($"{cells.Length} cells for {columns.Length} columns.", nameof(cells)));

    public void Write(TextWriter output, bool markdown)
    {
        if (markdown)
        {
            output.WriteLine();
            WriteLine(output, columns);
            WriteLine(output, [.. columns.Select((_, i) => i == 0 ? "---" : "---:")]);
            _rows.ForEach(row => WriteLine(output, row));
            output.WriteLine();
            return;
        }
        var table = new Table().Border(TableBorder.Simple);
        for (var i = 0; i < columns.Length; i++)
            table.AddColumn(i == 0 ? new TableColumn(columns[i]) : new TableColumn(columns[i]).RightAligned());
        _rows.ForEach(row => table.AddRow([.. row.Select(Markup.Escape)]));
        Terminal.For(output).Write(table);
    }

    static void WriteLine(TextWriter output, string[] cells) =>
        output.WriteLine($"| {string.Join(" | ", cells.Select(cell => cell.Replace("|", "\\|").Replace("*", "\\*")))} |");
}
