using Edge.Cameras;
using Edge.Configuration;
using Edge.Service;
using Microsoft.AspNetCore.Http;

namespace Edge.Web;

/// <summary>Where posted pictures are taken in: few at a time, so that their memory is bounded.</summary>
internal sealed class PictureDesk(WebConfig config)
{
    /// <summary>Bodies that are read, decoded or waiting at the same time; together they hold about as much as a gigabyte.</summary>
    private readonly SemaphoreSlim places = new(Math.Clamp(1024 / config.MaxRequestMb, 1, 8));

    /// <summary>The line goes first; a picture may wait so long for a gap.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Serves when there is a place, and refuses at once when there is none.</summary>
    public RequestDelegate Limited(RequestDelegate serve) => async context =>
    {
        if (!places.Wait(0))
            throw TooMany();
        try
        {
            await serve(context);
        }
        finally
        {
            places.Release();
        }
    };

    /// <exception cref="WebException">Too many wait.</exception>
    /// <exception cref="Runtime.PictureException">The picture cannot be inspected.</exception>
    public static async Task<PostedResult> Inspect(Station station, CapturedFrame frame, CancellationToken gone)
    {
        try
        {
            return await (station.Post(frame) ?? throw TooMany()).WaitAsync(Patience, gone);
        }
        catch (TimeoutException)
        {
            throw new WebException(StatusCodes.Status503ServiceUnavailable, $"Station {station.Name} has been busy with the line for {Patience.TotalSeconds} s.");
        }
    }

    private static WebException TooMany() => new(StatusCodes.Status503ServiceUnavailable, "Too many pictures wait already; try again.");
}
