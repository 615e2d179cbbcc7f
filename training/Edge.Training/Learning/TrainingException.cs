using System.Runtime.InteropServices;
using Edge.Runtime;

namespace Edge.Training.Learning;

/// <summary>A training that cannot go on: it diverged, or memory, disk or libtorch failed. The message says what happened and what to do.</summary>
/// <param name="message">One line.</param>
/// <param name="exitCode">2 where other options help, 4 where the machine failed.</param>
/// <param name="inner">What it came from.</param>
internal sealed class TrainingException(string message, int exitCode, Exception? inner = null) : EdgeException(message, inner)
{
    /// <summary>Exit code of options that do not work.</summary>
    public const int Usage = 2;

    /// <summary>Exit code of a machine that fails.</summary>
    public const int Device = 4;

    /// <summary>ENOSPC of Linux and ERROR_DISK_FULL, as .NET gives them.</summary>
    private static readonly int[] DiskFull = [28, unchecked((int)0x80070070)];

    /// <inheritdoc/>
    public override int ExitCode { get; } = exitCode;

    /// <summary>A fault of memory, disk or libtorch as what a person reads; null where it is none of these.</summary>
    /// <param name="fault">Any exception.</param>
    /// <param name="after">What stands and how to go on, added to the message.</param>
    public static TrainingException? From(Exception fault, string after = "") => fault switch
    {
        OutOfMemoryException or ExternalException when IsMemory(fault) => new(
            $"There is not enough memory ({FirstLine(fault)}); give the training a smaller --batch, --crop or --size, or close other programs.{after}", Device, fault),
        ExternalException => new($"libtorch failed ({FirstLine(fault)}); set EDGE_DEBUG=1 to see where.{after}", Device, fault),
        IOException when DiskFull.Contains(fault.HResult) => new($"The disk is full ({FirstLine(fault)}); make room.{after}", Device, fault),
        _ => null,
    };

    /// <summary>Runs work; its faults of memory, disk or libtorch come out as <see cref="TrainingException"/>.</summary>
    public static T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (From(e) is not null)
        {
            throw From(e)!;
        }
    }

    /// <summary>libtorch's messages go on with a stack trace in C++.</summary>
    internal static string FirstLine(Exception fault) => fault.Message.Split('\n')[0].Trim().TrimEnd('.');

    private static bool IsMemory(Exception fault) =>
        fault is OutOfMemoryException || new[] { "not enough memory", "out of memory", "allocate memory" }.Any(m => fault.Message.Contains(m, StringComparison.OrdinalIgnoreCase));
}
