using System.Globalization;
using System.Text;

namespace Edge.Training.Tuning;

/// <summary>What was chosen of some levels, and by what.</summary>
/// <param name="Outcomes">Every answer, first the one that is kept in doubt.</param>
/// <param name="Chosen">The one kept.</param>
/// <param name="Good">Good pictures.</param>
/// <param name="Painted">Copies of them with synthetic defects.</param>
internal sealed record LevelChoice(IReadOnlyList<LevelOutcome> Outcomes, LevelOutcome Chosen, int Good, int Painted)
{
    /// <summary>The one line for people.</summary>
    public string Line => Chosen == Outcomes[0]
        ? $"Levels {Name(Chosen)}: no other levels are better than these by more than chance explains."
        : string.Create(CultureInfo.InvariantCulture, $"Levels {Name(Chosen)}: AUROC {Chosen.Auroc:F3} of painted defects, {Name(Outcomes[0])} {Outcomes[0].Auroc:F3}.");

    /// <summary>A Markdown text to keep beside the training.</summary>
    public string Report()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"# Levels of T scales, by {Good} good pictures and {Painted} copies with synthetic defects").AppendLine();
        text.AppendLine("AUROC of good against painted pictures. *At least* is the lower bound of the difference from the first levels, by a paired bootstrap over pictures.");
        text.AppendLine("The first are kept unless others have a lower bound above 0. No real defect took part, and none of these pictures calibrates.").AppendLine();
        text.AppendLine("| levels | AUROC | difference | at least |").AppendLine("|---|---|---|---|");
        foreach (var outcome in Outcomes)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {Name(outcome)}{(outcome == Chosen ? " **chosen**" : "")} | {outcome.Auroc:F4} | {outcome.Auroc - Outcomes[0].Auroc:+0.0000;-0.0000;0} | {outcome.Lower:+0.0000;-0.0000;0} |");
        return text.ToString();
    }

    private static string Name(LevelOutcome outcome) => string.Join(' ', outcome.Levels);
}
