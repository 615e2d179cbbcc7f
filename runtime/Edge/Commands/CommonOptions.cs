using Edge.Runtime;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Drawing;
using Edge.CommandLine;
using Edge.Runtime.Bundles;
using Edge.Runtime.Inference;

namespace Edge.Commands;

/// <summary>Options that several commands have, so that they read and mean the same everywhere.</summary>
internal static class CommonOptions
{
    public static Option<string> Bundle() => new("--bundle") { Required = true, HelpName = "folder", Description = "The bundle." };

    public static Argument<string> BundleArgument() => new("bundle") { Description = "The bundle's folder." };

    public static Option<bool> Json() => new("--json") { Description = "One JSON object a line." };

    public static Option<Precision?> Precision(string description) => new("--precision")
    {
        HelpName = "fp32|int8", Description = description,
        CustomParser = result =>
        {
            if (PrecisionText.TryParse(result.Tokens[0].Value, out var precision))
                return precision;
            result.AddError($"--precision: '{result.Tokens[0].Value}' is not one of {PrecisionText.All}.");
            return null;
        },
    };

    public static Option<int> Depth() => new("--depth")
    {
        HelpName = "bits", Description = "Bits of 16-bit pictures that the sensor fills, 8 to 16. Default: what each file says, or else 16.",
        CustomParser = result => result.ReadNumber(result.Tokens[0].Value, "a number of bits from 8 to 16", (int bits) => bits is >= 8 and <= 16),
    };

    public static Option<string> Device()
    {
        var device = new Option<string>("--device")
        {
            HelpName = "auto|cpu|cuda|tensorrt", DefaultValueFactory = _ => "auto",
            Description = "What runs the network. All but auto are taken or refused, never replaced.",
        };
        device.AcceptOnlyFromAmong("auto", "cpu", "cuda", "tensorrt");
        return device;
    }

    public static Option<int> Threads() => new("--threads")
    {
        HelpName = "n", Description = "Threads of one network evaluation on the CPU. Default: all processors, or with inspect what edge-bench tune has chosen.",
        CustomParser = result => result.ReadNumber(result.Tokens[0].Value, "a number of threads", (int n) => n > 0),
    };

    public static Option<string?> IgnoreMask()
    {
        var mask = new Option<string?>("--ignore-mask") { HelpName = "file", Description = "A picture as large as those inspected; what is not black in it does not count." };
        mask.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !File.Exists(token.Value))
                result.AddError($"--ignore-mask: {token.Value}: no such file.");
        });
        return mask;
    }

    public static Option<Rectangle[]> Regions() => new("--region")
    {
        HelpName = "x,y,w,h", Description = "Pixels that alone count; repeat it for several rectangles.",
        CustomParser = result => [.. result.Tokens.Select(token => Region(result, token.Value))],
    };

    private static Rectangle Region(ArgumentResult result, string text)
    {
        int[] numbers = [.. text.Split(',').Select(part => int.TryParse(part, out var number) ? number : -1)];
        if (numbers is [>= 0, >= 0, > 0, > 0])
            return new Rectangle(numbers[0], numbers[1], numbers[2], numbers[3]);
        result.AddError($"'{text}' is not a region: four whole numbers x,y,width,height, as in 0,0,640,480.");
        return default;
    }

    public static InferenceOptions Inference(ParseResult parsed, Option<string> device, Option<int> threads) => new()
    {
        Provider = InferenceOptions.ParseProvider(parsed.GetRequiredValue(device)),
        IntraOpThreads = parsed.GetValue(threads),
        CacheFolder = CacheFolder(),
    };

    /// <summary>A folder of the user's cache, where the XDG base directory specification has it; null for a user without one.</summary>
    private static string? CacheFolder() =>
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { } cache && Path.IsPathRooted(cache) ? Path.Combine(cache, "edge")
        : Environment.GetEnvironmentVariable("HOME") is { } home && Path.IsPathRooted(home) ? Path.Combine(home, ".cache", "edge")
        : null;
}
