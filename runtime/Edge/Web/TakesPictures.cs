namespace Edge.Web;

/// <summary>Marks what takes pictures to inspect and changes nothing: on the loopback device it needs no token.</summary>
internal sealed class TakesPictures;
