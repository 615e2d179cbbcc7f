namespace Edge.Service;

/// <summary>The answer for a part. Whatever was not seen to be good is NG.</summary>
internal enum ResultVerdict
{
    Ok,
    Ng,
}
