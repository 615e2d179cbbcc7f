using System.Runtime.InteropServices;

namespace Edge.Service;

/// <summary>CLOCK_MONOTONIC, which systemd compares times by.</summary>
internal static partial class MonotonicClock
{
    private const int Monotonic = 1;

    public static long Microseconds => GetTime(Monotonic, out var time) == 0
        ? time.Seconds * 1_000_000 + time.Nanoseconds / 1000
        : throw new InvalidOperationException("clock_gettime failed.");

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
