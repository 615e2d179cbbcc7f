using System.Globalization;
using Edge.Configuration;
using Edge.Service;
using Microsoft.AspNetCore.Http;

namespace Edge.Web;

/// <summary>What a request asks for, looked up in what there is: a name from outside never becomes part of a path.</summary>
internal static class Query
{
    /// <summary>A station by name; without a name the only one.</summary>
    /// <exception cref="WebException">There is none, or the name is missing.</exception>
    public static Station Station(Line line, string? name)
    {
        if (string.IsNullOrEmpty(name))
            return line.Stations is [var only]
                ? only
                : throw new WebException(StatusCodes.Status400BadRequest, $"'station' is missing; there are {string.Join(", ", line.Stations.Select(station => station.Name))}.");
        return line.Find(name) ?? throw new WebException(StatusCodes.Status404NotFound,
            $"no station '{name}'{ConfigNames.Suggest(name, [.. line.Stations.Select(station => station.Name)])}");
    }

    /// <summary>A number of the query; null where there is none.</summary>
    /// <exception cref="WebException">It is not a number.</exception>
    public static double? Number(HttpContext context, string key) => context.Request.Query[key].ToString() is not { Length: > 0 } text ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number
        : throw new WebException(StatusCodes.Status400BadRequest, $"'{key}' must be a number, not '{text}'.");
}
