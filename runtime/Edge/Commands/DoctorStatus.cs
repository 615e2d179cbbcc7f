namespace Edge.Commands;

/// <summary>How a check ended.</summary>
internal enum DoctorStatus
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Works, but not as well as it could.</summary>
    Warn,

    /// <summary>Nothing can be inspected like this.</summary>
    Fail,
}
