using System.Text.Json.Serialization;

namespace Edge.Commands;

/// <summary>What <c>doctor</c> says of one thing.</summary>
/// <param name="Check">What was looked at.</param>
/// <param name="Status">How it is.</param>
/// <param name="Finding">What was found.</param>
/// <param name="Remedy">What to do about it; null where there is nothing to do.</param>
internal sealed record DoctorRow(
    string Check, DoctorStatus Status, string Finding, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Remedy = null);
