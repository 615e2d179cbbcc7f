using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Edge.Runtime.Bundles;

/// <summary>
/// YamlDotNet's parser, made fit for files from anywhere: what it throws is always a <see cref="YamlException"/> with its place (it throws
/// others for a bad character in a flow), and nesting has a limit, because all that read its events recurse and a stack that overflows
/// ends the process. Bundles and the configuration of the line are read through it.
/// </summary>
/// <param name="text">The document.</param>
/// <param name="allowNull">Whether a key may stand without a value.</param>
internal sealed class YamlEvents(string text, bool allowNull) : IParser
{
    private const int MaxDepth = 64;

    private readonly Parser parser = new(new StringReader(text));
    private Mark last = Mark.Empty;
    private int depth;

    public ParsingEvent? Current => parser.Current;

    public bool MoveNext()
    {
        try
        {
            if (!parser.MoveNext())
                return false;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            throw new YamlException(last, last, "a bracket or a quote is missing, or a character cannot stand here");
        }
        var current = parser.Current!;
        last = current.End;
        if ((depth += current.NestingIncrease) > MaxDepth)
            throw new YamlException(current.Start, current.End, "nested too deeply");
        // An alias in the place of a key sends YamlDotNet into a recursion without end, and nested ones make a small file endless.
        if (current is AnchorAlias alias)
            throw new YamlException(current.Start, current.End, $"aliases such as *{alias.Value} are not read; write the value out");
        if (!allowNull && current is Scalar { Style: ScalarStyle.Plain, Value: "" or "~" or "null" })
            throw new YamlException(current.Start, current.End, "a value is missing");
        return true;
    }
}
