using System.CommandLine;
using Edge.CommandLine;
using Edge.Runtime;

namespace Edge.Commands;

/// <summary><c>edge doctor</c>: is this machine fit to inspect, and if not, what to do.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var bundle = new Option<string?>("--bundle") { HelpName = "folder", Description = "Check this bundle too." };
        var json = CommonOptions.Json();
        var command = new Command("doctor", """
            Says whether this machine is fit to inspect, and if not, what to do.
            Libraries, execution providers and hardware are looked at, and what can be tried is tried.
            Exit codes: 0 nothing failed (there may be warnings), 4 something did.
            """) { bundle, json };
        command.SetAction(parsed =>
        {
            var output = parsed.InvocationConfiguration.Output;
            var failures = 0;
            foreach (var row in new Doctor(parsed.GetValue(bundle)).Examine())
            {
                failures += row.Status == DoctorStatus.Fail ? 1 : 0;
                if (parsed.GetValue(json))
                    JsonLines.Write(output, row);
                else
                    Print(row, output);
            }
            if (failures > 0)
                throw new DeviceException(failures == 1 ? "1 check failed; the remedy is said above." : $"{failures} checks failed; the remedies are said above.");
        });
        return command;
    }

    private static void Print(DoctorRow row, TextWriter output)
    {
        var status = row.Status.ToString().ToLowerInvariant();
        output.WriteLine($"{Terminal.Coloured($"{status,-4}", row.Status == DoctorStatus.Ok)}  {row.Check,-12}  {row.Finding}");
        if (row.Remedy is not null)
            output.WriteLine($"{"",20}-> {row.Remedy}");
    }
}
