namespace Edge.Trial;

/// <summary>What became of the parts a PLC offered.</summary>
internal sealed class PartCount
{
    /// <summary>Parts whose trigger was raised.</summary>
    public int Offered;

    /// <summary>Parts that were inspected.</summary>
    public int Inspected;

    /// <summary>Parts answered NG without an inspection: no picture in time, late.</summary>
    public int Unseen;

    /// <summary>Parts refused with an error the PLC could read.</summary>
    public int Refused;

    /// <summary>Parts in hand when the connection to the box broke: the PLC knows of each.</summary>
    public int Broken;

    public int Lost => Offered - Inspected - Unseen - Refused - Broken;
}
