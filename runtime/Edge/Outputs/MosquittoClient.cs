using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Edge.Runtime;

namespace Edge.Outputs;

/// <summary>
/// An MQTT 3.1.1 client by libmosquitto. One thread connects and calls <see cref="Loop"/>, and there the events happen; publishing is for any
/// thread. What was published with QoS 1 and not acknowledged is sent again by the library after a new connection.
/// </summary>
internal sealed unsafe class MosquittoClient : SafeHandle
{
    // Once a process; every client throws what this threw.
    private static readonly Lazy<int> Library = new(MosquittoNative.Initialise);

    private readonly GCHandle self;
    private bool known;
    private string? lastError;

    /// <param name="id">The client's id; the broker keeps its session under it.</param>
    /// <exception cref="DeviceException">The library is missing or out of memory.</exception>
    public MosquittoClient(string id)
        : base(0, ownsHandle: true)
    {
        try
        {
            _ = Library.Value;
        }
        catch (DllNotFoundException e)
        {
            throw new DeviceException("MQTT: the library libmosquitto.so.1 is missing; install the Debian package libmosquitto1.", e);
        }
        // Weak, for while a call runs this object is held by it, and events happen within calls only.
        self = GCHandle.Alloc(this, GCHandleType.Weak);
        SetHandle(MosquittoNative.New(id, cleanSession: false, GCHandle.ToIntPtr(self)));
        if (IsInvalid)
            throw new DeviceException($"MQTT: no client can be made with the id '{id}' ({Marshal.GetLastPInvokeErrorMessage()}).");
        Check(MosquittoNative.SetThreaded(this, true));
        Check(MosquittoNative.SetOption(this, MosquittoNative.OptionNoDelay, 1));
        MosquittoNative.OnConnect(this, &OnConnect);
        MosquittoNative.OnPublish(this, &OnPublish);
        MosquittoNative.OnMessage(this, &OnMessage);
        MosquittoNative.OnLog(this, &OnLog);
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>The broker has accepted the connection.</summary>
    public Action? Connected { get; init; }

    /// <summary>The broker has acknowledged what was published under this number.</summary>
    public Action<int>? Published { get; init; }

    /// <summary>A message: topic, payload, and whether it is an old one that the broker kept.</summary>
    public Action<string, ReadOnlySpan<byte>, bool>? Received { get; init; }

    /// <summary>One of the handlers above has failed.</summary>
    public Action<Exception>? Failed { get; init; }

    /// <summary>What the broker says, retained, when this client goes without a word.</summary>
    public void Will(string topic, ReadOnlySpan<byte> payload)
    {
        fixed (byte* bytes = payload)
            Check(MosquittoNative.SetWill(this, topic, payload.Length, bytes, qos: 1, retain: true));
    }

    public void Login(string user, string? password) => Check(MosquittoNative.SetLogin(this, user, password));

    /// <summary>TLS 1.2 or newer. The broker's certificate must come from the CA and be for the host that is connected to.</summary>
    public void Tls(string ca, string? certificate, string? key) => Check(MosquittoNative.SetTls(this, ca, null, certificate, key, 0));

    /// <summary>Begins to connect, anew if need be; <see cref="Connected"/> tells when it is done.</summary>
    /// <exception cref="DeviceException">It cannot even begin, as when the name is unknown.</exception>
    public void Connect(string host, int port, int keepaliveSeconds)
    {
        lastError = null;
        var error = known ? MosquittoNative.Reconnect(this) : MosquittoNative.Connect(this, host, port, keepaliveSeconds);
        known = true;
        Check(error);
    }

    /// <summary>Sends and receives what there is, or waits for it.</summary>
    /// <exception cref="DeviceException">There is no connection, or no more.</exception>
    public void Loop(TimeSpan patience) => Check(MosquittoNative.Loop(this, (int)patience.TotalMilliseconds, 1));

    /// <summary>Says goodbye, so that the will is not spoken. The loop has to go on until it ends by itself.</summary>
    public void Disconnect() => MosquittoNative.Disconnect(this);

    /// <summary>Publishes. Without a connection a message of QoS 0 is lost, and one of QoS 1 waits for the next.</summary>
    /// <returns>The number <see cref="Published"/> will be called with.</returns>
    /// <exception cref="DeviceException">It was not taken.</exception>
    public int Publish(string topic, ReadOnlySpan<byte> payload, int qos, bool retain)
    {
        fixed (byte* bytes = payload)
        {
            var error = MosquittoNative.Publish(this, out var mid, topic, payload.Length, bytes, qos, retain);
            if (error != MosquittoNative.NotConnected)
                Check(error);
            return mid;
        }
    }

    public void Subscribe(string pattern, int qos) => Check(MosquittoNative.Subscribe(this, 0, pattern, qos));

    protected override bool ReleaseHandle()
    {
        MosquittoNative.Destroy(handle);
        self.Free();
        return true;
    }

    private void Check(int error)
    {
        if (error == 0)
            return;
        var reason = error == MosquittoNative.Errno ? Marshal.GetLastPInvokeErrorMessage() : Marshal.PtrToStringUTF8(MosquittoNative.ErrorText(error));
        throw new DeviceException(lastError is null ? $"{reason}" : $"{reason?.TrimEnd('.')}: {lastError}");
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnConnect(nint client, nint self, int code) => Guard(self, code, static (client, code) =>
    {
        if (code == 0)
            client.Connected?.Invoke();
        else
            client.lastError = Marshal.PtrToStringUTF8(MosquittoNative.ConnectionText(code));
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnPublish(nint client, nint self, int mid) => Guard(self, mid, static (client, mid) => client.Published?.Invoke(mid));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnMessage(nint client, nint self, MosquittoNative.Message* message) => Guard(self, (nint)message, static (client, pointer) =>
    {
        var message = (MosquittoNative.Message*)pointer;
        client.Received?.Invoke(Marshal.PtrToStringUTF8((nint)message->Topic)!, new ReadOnlySpan<byte>(message->Payload, message->Length), message->Retain != 0);
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnLog(nint client, nint self, int level, byte* text) => Guard(self, (Level: level, Text: (nint)text), static (client, args) =>
    {
        // The library's error codes say only "A TLS error occurred"; its log says which.
        if (args.Level == MosquittoNative.LogError)
            client.lastError = Marshal.PtrToStringUTF8(args.Text)?.Trim();
    });

    /// <summary>No exception may cross into the library.</summary>
    private static void Guard<T>(nint self, T args, Action<MosquittoClient, T> handle)
    {
        if (GCHandle.FromIntPtr(self).Target is not MosquittoClient client)
            return;
        try
        {
            handle(client, args);
        }
        catch (Exception e)
        {
            client.Failed?.Invoke(e);
        }
    }
}
