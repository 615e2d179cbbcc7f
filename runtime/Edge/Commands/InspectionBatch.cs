using System.Diagnostics;
using Edge.CommandLine;
using Edge.Runtime;
using Edge.Runtime.Imaging;
using Edge.Runtime.Inspection;

namespace Edge.Commands;

/// <summary>Inspects pictures one after the other and reports each as soon as it is done.</summary>
internal sealed class InspectionBatch(Inspector inspector, OverlayFolder? overlays, bool json, TextWriter output, TextWriter error)
{
    private const int DefectFound = 1;

    // Five digits of the threshold; the scores get as many decimals, so that columns align.
    private readonly string number = "F" + (inspector.Threshold > 0 ? Math.Clamp(4 - (int)Math.Floor(Math.Log10(inspector.Threshold)), 0, 9) : 4);

    /// <summary>Bits of 16-bit values that the sensor fills; 0 takes what each file says.</summary>
    public int Depth { get; init; }

    private readonly InspectionResult result = new();
    private int good;
    private int defective;
    private int unreadable;
    private bool overlayMissing;

    public int Run(IReadOnlyList<string> paths, CancellationToken stop)
    {
        var done = 0;
        try
        {
            for (; done < paths.Count && !stop.IsCancellationRequested; done++)
                Inspect(paths[done]);
        }
        finally
        {
            error.WriteLine($"{good} OK, {defective} NG, {unreadable} unreadable" + (done < paths.Count ? $"; stopped after {done} of {paths.Count}" : ""));
        }
        return done < paths.Count ? CommandHost.Interrupted
            : unreadable > 0 || overlayMissing ? CommandHost.Usage
            : defective > 0 ? DefectFound
            : CommandHost.Ok;
    }

    private void Inspect(string path)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            using var picture = Read(path);
            Inspect(picture, path);
            Report(path, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            if (overlays is not null)
                Draw(path, picture);
        }
        catch (PictureException e)
        {
            ReportFault(path, e.Message, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
    }

    private DecodedPicture Read(string path) =>
        Directory.Exists(path) ? throw new PictureException(PictureFolder.Missing(path)) : PictureFile.Read(path, Depth);

    private void Inspect(DecodedPicture picture, string path)
    {
        try
        {
            inspector.Inspect(picture.AsFrame(), result);
        }
        catch (EdgeException e) when (e is PictureException or InspectionException)
        {
            throw new PictureException($"{path}: {e.Message}", e);
        }
    }

    private void Report(string path, double milliseconds)
    {
        _ = result.IsNg ? defective++ : good++;
        if (json)
        {
            JsonLines.Write(output, Row(path, result.IsNg ? "ng" : "ok", milliseconds) with
            {
                Score = result.Score, Threshold = result.Threshold, PValue = result.PValue, DecidedBy = result.DecidedBy,
                Reason = result.Outcome.ToString().ToLowerInvariant(), Unlike = result.Gate?.ToString(),
            });
            return;
        }
        output.Write($"{Terminal.Coloured(result.IsNg ? "NG" : "OK", !result.IsNg)}  score {result.Score.ToString(number),9}  "
            + $"threshold {result.Threshold.ToString(number)}  p {result.PValue:0.0000}  {milliseconds,8:0.0} ms  {path}"
            + $"{(result.Gate is { } gate ? $"  unlike any good picture: {gate}" : "")}\n");
    }

    private void ReportFault(string path, string message, double milliseconds)
    {
        unreadable++;
        if (json)
            JsonLines.Write(output, Row(path, "error", milliseconds) with { Error = message });
        else
            error.WriteLine(message);
    }

    private void Draw(string path, DecodedPicture picture)
    {
        try
        {
            overlays!.Write(path, picture.AsFrame(), result);
        }
        catch (PictureException e)
        {
            // The verdict stands and has been told.
            overlayMissing = true;
            error.WriteLine(e.Message);
        }
    }

    private InspectionRow Row(string path, string verdict, double milliseconds) => new()
    {
        Path = path, Verdict = verdict, Ms = Math.Round(milliseconds, 3), Alpha = inspector.Alpha, Profile = inspector.Model.ProfileName, Precision = inspector.Model.Precision,
        Bundle = inspector.Model.Id, BundleVersion = inspector.Model.Version, BundleHash = inspector.Model.Hash,
    };
}
