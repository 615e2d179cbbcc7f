using System.Text;
using System.Xml;
using System.Xml.Linq;
using Edge.CommandLine;

namespace Edge.Bench.Report;

/// <summary>
/// Where a page goes: written beside its place and renamed. The file beside is made at once, so that nobody waits an hour for a page that
/// cannot be written.
/// </summary>
internal sealed class PageFile : IDisposable
{
    // The elements of HTML that never have an end tag; all others need one, even when they hold nothing.
    static readonly string[] Void = ["meta", "img", "br"];

    readonly string _path, _beside;

    /// <exception cref="UsageException">The file cannot be written.</exception>
    public PageFile(string path)
    {
        (_path, _beside) = (path, $"{path}.{Environment.ProcessId}.part");
        if (Directory.Exists(path))
            throw new UsageException($"--out {path}: is a folder; name a file in it, e.g. {Path.Combine(path, "report.html")}.");
        Guard(() => File.WriteAllText(_beside, ""));
    }

    /// <summary>Writes the page, as HTML that is well-formed XML too.</summary>
    /// <exception cref="UsageException">The file cannot be written.</exception>
    public void Write(XElement html)
    {
        foreach (var element in html.DescendantsAndSelf())
        {
            foreach (var attribute in element.Attributes())
                attribute.Value = Printable(attribute.Value);
            foreach (var text in element.Nodes().OfType<XText>())
                text.Value = Printable(text.Value);
            if (element.IsEmpty && !Void.Contains(element.Name.LocalName))
                element.Value = "";
        }
        Guard(() =>
        {
            File.WriteAllText(_beside, $"<!DOCTYPE html>\n{html.ToString(SaveOptions.DisableFormatting)}\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            File.Move(_beside, _path, overwrite: true);
        });
    }

    public void Dispose()
    {
        try
        {
            File.Delete(_beside);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What went wrong before is what is worth reporting.
        }
    }

    void Guard(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UsageException($"--out {_path}: cannot be written ({e.Message.Split('\n')[0]}); check the folder and its permissions.", e);
        }
    }

    // A file's name may hold what no XML may hold, not even encoded.
    static string Printable(string text)
    {
        var printable = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            printable.Append(rune.Value > char.MaxValue || XmlConvert.IsXmlChar((char)rune.Value) ? rune.ToString() : "\uFFFD");
        return printable.ToString();
    }
}
