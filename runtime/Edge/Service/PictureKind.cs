namespace Edge.Service;

/// <summary>Why a picture is kept; the first is the most precious.</summary>
internal enum PictureKind
{
    Ng,
    Borderline,
    Ok,
}
