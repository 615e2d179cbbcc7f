using Edge.Configuration;
using Edge.Runtime;
using Edge.Runtime.Scoring;
using Edge.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Edge.Web;

/// <summary>How the line is doing, and what can be changed while it runs.</summary>
internal sealed class LineEndpoints(Line line, WebGuard guard)
{
    private const int TrendBuckets = 120, LongestPartId = 256;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim golden = new(1);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/v1/state", WebMethods.Read, context => WebReply.Json(context, line.State()));
        routes.MapMethods("/v1/history", WebMethods.Read, History);
        routes.MapMethods("/v1/threshold", WebMethods.Read, context =>
            Threshold(context, Query.Station(line, context.Request.Query["station"]), Query.Number(context, "what_if")));
        routes.MapPost("/v1/threshold", SetThreshold);
        routes.MapPost("/v1/trigger", Trigger);
        routes.MapPost("/v1/reload", Reload);
        routes.MapPost("/v1/golden", CheckGolden);
    }

    private Task History(HttpContext context)
    {
        var station = Query.Station(line, context.Request.Query["station"]);
        var minutes = Query.Number(context, "minutes") ?? 60;
        if (minutes is not (>= 1 and <= 60))
            throw new WebException(StatusCodes.Status400BadRequest, $"'minutes' must be 1 to 60, not {minutes}.");
        var (from, length) = (line.Time.GetUtcNow() - TimeSpan.FromMinutes(minutes), TimeSpan.FromMinutes(minutes) / TrendBuckets);
        return WebReply.Json(context, new
        {
            Station = station.Name, From = from, BucketSeconds = length.TotalSeconds, station.Model.Inspector.Threshold,
            Buckets = TrendBucket.From(station.History.Since(from), from, length),
        });
    }

    private Task Threshold(HttpContext context, Station station, double? whatIf)
    {
        var inspector = station.Model.Inspector;
        var scores = new ConformalScores(inspector.Model.Profile.Calibration);
        // A calibration picture that the gate rejects has an infinite score.
        float[] calibration = [.. scores.Sorted.ToArray().Where(float.IsFinite)];
        return WebReply.Json(context, new
        {
            Station = station.Name, inspector.Threshold, inspector.Alpha, Source = station.Model.ThresholdSource, ChangesAllowed = guard.AllowsChanges,
            Calibration = new { Pictures = scores.Sorted.Length, Min = calibration[0], Median = Quantile(calibration, 0.5), Max = calibration[^1] },
            WhatIf = whatIf is { } other ? WhatIf(station, scores, Checked(other, "what_if")) : null,
        });
    }

    /// <summary>What a threshold would have done to the parts of the last hour. Parts that were not inspected are NG with any threshold.</summary>
    private object WhatIf(Station station, ConformalScores calibration, double threshold)
    {
        var parts = station.History.Since(line.Time.GetUtcNow() - Hour);
        var rejected = parts.Count(part => ConformalScores.IsDefect(part.Score, (float)threshold));
        return new
        {
            Threshold = threshold, Minutes = Hour.TotalMinutes, Parts = parts.Length, WouldReject = rejected,
            WouldRejectShare = parts.Length > 0 ? (double)rejected / parts.Length : 0, Rejected = parts.Count(part => part.IsNg),
            FalseRejectRate = calibration.FalseRejectRate((float)threshold),
        };
    }

    private async Task SetThreshold(HttpContext context)
    {
        var fields = await RequestBody.Object(context, "station", "threshold", "alpha");
        var station = Query.Station(line, RequestBody.Text(fields, "station"));
        if (fields.TryGetProperty("threshold", out _) == fields.TryGetProperty("alpha", out _))
            throw new WebException(StatusCodes.Status400BadRequest, "Say either 'threshold' (a score, or null for the configuration's or the bundle's own) or 'alpha'.");
        var threshold = RequestBody.Number(fields, "threshold");
        if (threshold is { } score)
            Checked(score, "threshold");
        if (RequestBody.Number(fields, "alpha") is { } alpha)
            threshold = ThresholdFor(station, alpha);
        try
        {
            line.SetThreshold(station, threshold);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WebException(StatusCodes.Status507InsufficientStorage, $"Nothing was changed, because it could not be kept for the next start: {e.Message.ReplaceLineEndings(" ")}");
        }
        await Threshold(context, station, null);
    }

    private static double ThresholdFor(Station station, double alpha)
    {
        var inspector = station.Model.Inspector;
        try
        {
            return new ConformalScores(inspector.Model.Profile.Calibration).Threshold(alpha);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new WebException(StatusCodes.Status422UnprocessableEntity, e.Message.Split(" (Parameter")[0]);
        }
    }

    private async Task Trigger(HttpContext context)
    {
        var fields = await RequestBody.Object(context, "station", "part_id");
        var station = Query.Station(line, RequestBody.Text(fields, "station"));
        var partId = RequestBody.Text(fields, "part_id");
        if (partId is not null && (partId.Length is 0 or > LongestPartId || partId.Any(char.IsControl)))
            throw new WebException(StatusCodes.Status400BadRequest, $"'part_id' must be 1 to {LongestPartId} characters without control characters.");
        var outcome = station.Trigger(partId);
        if (!outcome.Accepted)
            throw new WebException(StatusCodes.Status409Conflict, outcome.Refusal!);
        await WebReply.Json(context, new { outcome.Id }, StatusCodes.Status202Accepted);
    }

    private async Task Reload(HttpContext context)
    {
        var outcome = await Task.Run(line.Reload);
        if (outcome.Error is { } error)
            throw new WebException(StatusCodes.Status422UnprocessableEntity, $"Refused, everything stays as it was: {error}");
        await WebReply.Json(context, new { outcome.Applied, outcome.NeedRestart });
    }

    private async Task CheckGolden(HttpContext context)
    {
        var fields = await RequestBody.Object(context, "station");
        IReadOnlyList<Station> stations = RequestBody.Text(fields, "station") is { } name ? [Query.Station(line, name)] : line.Stations;
        if (!golden.Wait(0))
            throw new WebException(StatusCodes.Status503ServiceUnavailable, "A check is under way; ask again when it is done.");
        try
        {
            var checks = await Task.Run(() => stations.Select(Check).ToList());
            await WebReply.Json(context, new { Agrees = checks.All(check => check.Agrees), Stations = checks });
        }
        finally
        {
            golden.Release();
        }

        GoldenAnswer Check(Station station)
        {
            try
            {
                return new GoldenAnswer(station.Name, line.CheckGolden(station).All(score => score.Agrees), null);
            }
            catch (EdgeException e)
            {
                return new GoldenAnswer(station.Name, false, e.Message);
            }
        }
    }

    /// <exception cref="WebException">It is not a threshold.</exception>
    private static double Checked(double threshold, string key) => threshold >= 0 && float.IsFinite((float)threshold)
        ? threshold
        : throw new WebException(StatusCodes.Status400BadRequest, $"'{key}' must be a score from 0 up, not {threshold}.");

    private static double Quantile(float[] sorted, double q) => sorted[(int)(q * (sorted.Length - 1))];
}
