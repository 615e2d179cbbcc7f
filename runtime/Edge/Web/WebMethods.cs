using Microsoft.AspNetCore.Http;

namespace Edge.Web;

/// <summary>Methods of what only reads.</summary>
internal static class WebMethods
{
    public static readonly string[] Read = [HttpMethods.Get, HttpMethods.Head];
}
