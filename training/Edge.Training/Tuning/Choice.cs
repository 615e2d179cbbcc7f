using System.Globalization;
using System.Text;

namespace Edge.Training.Tuning;

/// <summary>What was chosen of some answers, and by what.</summary>
/// <param name="Setting">What they answer, such as "Levels of T scales".</param>
/// <param name="Outcomes">Every answer, first the one that is kept in doubt.</param>
/// <param name="Chosen">Number of the one kept.</param>
/// <param name="Good">Good pictures.</param>
/// <param name="Painted">Copies of them with synthetic defects.</param>
internal sealed record Choice(string Setting, IReadOnlyList<Outcome> Outcomes, int Chosen, int Good, int Painted)
{
    /// <summary>The one line for people.</summary>
    public string Line => Chosen == 0
        ? $"{Setting}: {Outcomes[0].Name}; nothing else is better than this by more than chance explains."
        : string.Create(CultureInfo.InvariantCulture, $"{Setting}: {Outcomes[Chosen].Name}, AUROC {Outcomes[Chosen].Auroc:F3} of painted defects; {Outcomes[0].Name} has {Outcomes[0].Auroc:F3}.");

    /// <summary>A Markdown text to keep beside the training.</summary>
    public string Report()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"# {Setting}, by {Good} good pictures and {Painted} copies with synthetic defects").AppendLine();
        text.AppendLine("AUROC of good against painted pictures. *At least* is the lower bound of the difference from the first answer, by a paired bootstrap over pictures.");
        text.AppendLine("The first is kept unless another has a lower bound above 0. No real defect took part, and none of these pictures calibrates.").AppendLine();
        text.AppendLine("| answer | AUROC | difference | at least |").AppendLine("|---|---|---|---|");
        foreach (var (k, outcome) in Outcomes.Index())
            text.AppendLine(CultureInfo.InvariantCulture, $"| {outcome.Name}{(k == Chosen ? " **chosen**" : "")} | {outcome.Auroc:F4} | {outcome.Auroc - Outcomes[0].Auroc:+0.0000;-0.0000;0} | {outcome.Lower:+0.0000;-0.0000;0} |");
        return text.ToString();
    }
}
