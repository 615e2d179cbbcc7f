using Edge.Service;

namespace Edge.Web;

/// <summary>A part for the page.</summary>
/// <param name="Result">What was answered.</param>
/// <param name="Plain">The picture, JPEG.</param>
/// <param name="Heat">With its anomaly map, JPEG.</param>
internal sealed record LivePicture(PartResult Result, byte[] Plain, byte[] Heat);
