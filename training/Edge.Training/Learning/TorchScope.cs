using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Edge.Training.Learning;

/// <summary>
/// A stretch of work in libtorch. Its tensors are freed at its end, and until then no finaliser of this process runs.
/// <para>TorchSharp passes the handle of a temporary <c>Scalar</c> to native code without keeping the object alive (dotnet/TorchSharp, pull requests 1434 and
/// 1496). A collection at that moment lets the finaliser free what native code reads: an exception at best, a wrong number at worst. The runtime has one
/// thread for finalisers. It is held in one of ours, so that collections go on and what they find dead is freed after the scope.</para>
/// Scopes nest, on all threads together; the last to end lets the finalisers run.
/// </summary>
internal sealed class TorchScope : IDisposable
{
    /// <summary>After this long the finalisers run although the scope goes on. When memory is short, TorchSharp's factories wait for them before they
    /// try again (GC.WaitForPendingFinalizers): held for ever they would turn a lack of memory into a training that stands still.</summary>
    internal static TimeSpan LongestHold { get; set; } = TimeSpan.FromMinutes(2);

    private static readonly Lock Gate = new();
    private static int scopes;
    private static Hold? hold;

    private readonly IDisposable tensors;
    private readonly IDisposable? off;

    /// <param name="gradients">Whether the work is differentiated.</param>
    public TorchScope(bool gradients = false)
    {
        lock (Gate)
        {
            if (scopes++ == 0)
                hold = new Hold();
        }
        off = gradients ? null : no_grad();
        tensors = NewDisposeScope();
    }

    public void Dispose()
    {
        tensors.Dispose();
        off?.Dispose();
        lock (Gate)
        {
            if (--scopes == 0)
                hold!.Release();
        }
    }

    /// <summary>Keeps the thread of the finalisers in one of them.</summary>
    private sealed class Hold
    {
        private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(2);

        private readonly ManualResetEventSlim held = new();
        private readonly ManualResetEventSlim released = new();

        public Hold()
        {
            // A new object dies in the youngest generation, unless another thread's collection comes between and makes it older.
            var generation = 0;
            do
            {
                Drop();
                GC.Collect(generation);
                generation = Math.Min(generation + 1, GC.MaxGeneration);
            }
            while (!held.Wait(Patience));
        }

        public void Release() => released.Set();

        [MethodImpl(MethodImplOptions.NoInlining)]
        private void Drop() => _ = new Plug(this);

        private sealed class Plug(Hold owner)
        {
            ~Plug()
            {
                owner.held.Set();
                owner.released.Wait(LongestHold);
            }
        }
    }
}
