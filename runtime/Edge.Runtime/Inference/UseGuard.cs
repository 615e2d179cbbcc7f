namespace Edge.Runtime.Inference;

/// <summary>
/// Lets one caller in at a time, and nobody after the end. Buffers of two threads would mix, and a score would be wrong without a word;
/// ONNX Runtime ends the process where a session is used after its end.
/// </summary>
/// <param name="name">Type of the guarded object, for messages.</param>
internal sealed class UseGuard(string name)
{
    private const int Free = 0, Busy = 1, Closed = 2;

    private int state;
    private volatile bool closing;
    private volatile int user;

    /// <summary>Begins a use, which ends with <see cref="Leave"/>.</summary>
    /// <exception cref="ObjectDisposedException">The object was disposed of.</exception>
    /// <exception cref="InvalidOperationException">Another use has not ended.</exception>
    public void Enter()
    {
        var before = closing ? Closed : Interlocked.CompareExchange(ref state, Busy, Free);
        if (before == Closed)
            throw new ObjectDisposedException(name);
        if (before == Busy)
            throw new InvalidOperationException($"This {name} is in use; it serves one thread at a time. Open one for each thread.");
        user = Environment.CurrentManagedThreadId;
    }

    /// <summary>Ends a use.</summary>
    public void Leave()
    {
        user = 0;
        Volatile.Write(ref state, Free);
    }

    /// <summary>Lets nobody in any more and waits for the use in hand.</summary>
    /// <returns>Whether this call closed it; false where it was closed before.</returns>
    /// <exception cref="InvalidOperationException">The use in hand is the caller's own, for example from a progress callback.</exception>
    public bool Close()
    {
        if (Volatile.Read(ref state) == Busy && user == Environment.CurrentManagedThreadId)
            throw new InvalidOperationException($"This {name} cannot be disposed of from within its own call.");
        closing = true;
        var wait = new SpinWait();
        while (true)
        {
            var before = Interlocked.CompareExchange(ref state, Closed, Free);
            if (before != Busy)
                return before == Free;
            wait.SpinOnce();
        }
    }
}
