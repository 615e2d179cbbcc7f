namespace Edge.Runtime.Bundles;

/// <summary>A profile in one precision: what has constants, calibration scores, golden scores and so a threshold of its own.</summary>
/// <param name="Name">The profile's name, without a colon.</param>
/// <param name="Precision">What its networks run in.</param>
internal readonly record struct ProfileKey(string Name, Precision Precision = Precision.Fp32)
{
    private const char Separator = ':';

    /// <summary>Reads what <see cref="ToString"/> writes: <c>default</c> in fp32, <c>default:int8</c> in int8.</summary>
    /// <exception cref="ArgumentException">It is not such a text; the message quotes it.</exception>
    public static ProfileKey Parse(string text)
    {
        var parts = text.Split(Separator);
        var precision = Precision.Fp32;
        return parts[0].Length > 0 && (parts.Length == 1 || parts.Length == 2 && PrecisionText.TryParse(parts[1], out precision))
            ? new ProfileKey(parts[0], precision)
            : throw new ArgumentException($"'{text}' is not a profile: write its name, or its name and a precision as in default{Separator}int8; "
                + $"precisions are {PrecisionText.All}.");
    }

    /// <summary>As <see cref="Parse"/>.</summary>
    public static implicit operator ProfileKey(string text) => Parse(text);

    /// <summary>The name alone in fp32, else the name, a colon and the precision.</summary>
    public override string ToString() => Precision == Precision.Fp32 ? Name : $"{Name}{Separator}{PrecisionText.Of(Precision)}";

    /// <summary>Whether a profile can have this name: it is not empty and a key with it can be read again.</summary>
    internal static bool IsName(string name) => name.Length > 0 && !name.Contains(Separator);
}
