using System.Globalization;
using System.Text;
using HarfBuzzSharp;

namespace Edge.Drawing.Typesetting;

/// <summary>Splits one line of text into runs of one font, script and direction. Source of the order: Unicode's bidirectional algorithm (UAX #9)
/// for a line that reads from left to right, without its explicit embeddings.</summary>
internal static class TextRuns
{
    private const string NumberSeparators = "+-.,:/";

    private enum Kind { LeftToRight, RightToLeft, Number, Neutral }

    /// <summary>The runs from left to right. A character that no font has is written as its code point, [U+4E2D]; so is one that cannot be
    /// seen.</summary>
    /// <param name="text">One line.</param>
    /// <param name="fonts">Where glyphs are looked for.</param>
    public static List<TextRun> Of(string text, FontBook fonts)
    {
        var clusters = Clusters(text, fonts);
        var levels = Levels(clusters);
        var runs = new List<TextRun>();
        for (var i = 0; i < clusters.Count; i++)
        {
            var (part, face, script, _) = clusters[i];
            var shared = script == Script.Common || script == Script.Inherited;
            if (runs.Count > 0 && runs[^1] is var last && last.Face == face && last.Level == levels[i]
                && (shared || last.Script == script || last.Script == Script.Common || last.Script == Script.Inherited))
                runs[^1] = last with { Text = last.Text + part, Script = shared ? last.Script : script };
            else
                runs.Add(new TextRun(part, face, script, levels[i]));
        }
        // Rule L2: from the highest level down, what is at it or above is turned round.
        for (var level = 2; level > 0; level--)
            for (var from = 0; from < runs.Count; from++)
            {
                var to = from;
                while (to < runs.Count && runs[to].Level >= level)
                    to++;
                runs.Reverse(from, to - from);
                from = Math.Max(from, to - 1);
            }
        return runs;
    }

    private static List<(string Text, FontFace Face, Script Script, Kind Kind)> Clusters(string text, FontBook fonts)
    {
        List<(string, FontFace, Script, Kind)> clusters = [];
        for (var elements = StringInfo.GetTextElementEnumerator(text); elements.MoveNext();)
        {
            var element = elements.GetTextElement();
            // A letter and its marks come from one font, or the marks would not sit on it.
            Rune[] runes = [.. element.EnumerateRunes()];
            var face = runes.Where(rune => !IsJoiner(rune)).Select(fonts.Find).Where(face => face is not null).Distinct()
                .FirstOrDefault(face => runes.All(rune => IsJoiner(rune) || IsSeen(rune) && face!.Has(rune)));
            if (face is not null)
                clusters.Add((element, face, ScriptOf(runes[0]), KindOf(runes[0])));
            else
                foreach (var rune in runes)
                    clusters.Add(IsSeen(rune) && fonts.Find(rune) is { } own
                        ? (rune.ToString(), own, ScriptOf(rune), KindOf(rune))
                        : ($"[U+{rune.Value:X4}]", FontBook.BuiltIn, Script.Latin, Kind.LeftToRight));
        }
        return clusters;
    }

    private static int[] Levels(List<(string Text, FontFace Face, Script Script, Kind Kind)> clusters)
    {
        var levels = new int[clusters.Count];
        var reversed = false;
        for (var i = 0; i < levels.Length; i++)
        {
            var kind = clusters[i].Kind;
            if (kind is Kind.LeftToRight or Kind.RightToLeft)
                reversed = kind == Kind.RightToLeft;
            // A number after right-to-left text belongs to it, and still reads from left to right.
            levels[i] = kind switch { Kind.RightToLeft => 1, Kind.Number when reversed => 2, Kind.Neutral => -1, _ => 0 };
        }
        for (var i = 1; i < levels.Length - 1; i++)
            if (levels[i] < 0 && levels[i - 1] == 2 && levels[i + 1] == 2 && NumberSeparators.Contains(clusters[i].Text))
                levels[i] = 2;
        // What has no direction goes with its neighbours where they agree, and else with the line.
        for (var i = 0; i < levels.Length; i++)
        {
            if (levels[i] >= 0)
                continue;
            var end = i;
            while (end < levels.Length && levels[end] < 0)
                end++;
            var level = i > 0 && end < levels.Length && levels[i - 1] > 0 && levels[end] > 0 ? 1 : 0;
            levels.AsSpan(i, end - i).Fill(level);
        }
        return levels;
    }

    private static Script ScriptOf(Rune rune) => UnicodeFunctions.Default.GetScript(rune.Value);

    private static Kind KindOf(Rune rune)
    {
        if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber)
            return Kind.Number;
        var script = ScriptOf(rune);
        return script == Script.Common || script == Script.Inherited ? Kind.Neutral
            : script.HorizontalDirection == Direction.RightToLeft ? Kind.RightToLeft
            : Kind.LeftToRight;
    }

    // Zero-width joiners and variation selectors choose the form of a letter beside them and need no glyph.
    private static bool IsJoiner(Rune rune) => rune.Value is 0x200C or 0x200D or >= 0xFE00 and <= 0xFE0F;

    private static bool IsSeen(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned);
}
