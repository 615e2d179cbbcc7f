using System.Runtime.InteropServices;

namespace Edge.Tests.Cameras;

/// <summary>A real RTSP server on loopback: GStreamer's (Debian: libgstrtspserver-1.0-0). It gives a moving ball to one user.</summary>
internal sealed partial class RtspServer : IDisposable
{
    public const string User = "viewer", Password = "p@ss:w/rd";

    private const string Library = "libgstrtspserver-1.0.so.0", GLib = "libglib-2.0.so.0", Gio = "libgio-2.0.so.0", GStreamer = "libgstreamer-1.0.so.0";

    private readonly nint context = g_main_context_new();
    private readonly nint loop;
    private readonly nint server;
    private readonly Thread thread;

    /// <param name="encoding">From raw video to pay0, the payloader, as "jpegenc ! rtpjpegpay name=pay0".</param>
    /// <param name="size">As "width=96,height=64,framerate=20/1".</param>
    /// <param name="certificate">Speaks TLS with this certificate and key, PEM.</param>
    public RtspServer(string encoding, string size = "width=96,height=64,framerate=20/1", (string Certificate, string Key)? certificate = null)
    {
        nint error = 0;
        Assert.NotEqual(0, gst_init_check(0, 0, ref error));
        loop = g_main_loop_new(context, 0);
        server = gst_rtsp_server_new();
        gst_rtsp_server_set_address(server, "127.0.0.1");
        gst_rtsp_server_set_service(server, "0");

        var factory = gst_rtsp_media_factory_new();
        gst_rtsp_media_factory_set_launch(factory, $"( videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,{size} ! {encoding} )");
        var permissions = gst_rtsp_permissions_new();
        foreach (var right in new[] { "media.factory.access", "media.factory.construct" })
            gst_rtsp_permissions_add_permission_for_role(permissions, "viewer", right, 1);
        gst_rtsp_media_factory_set_permissions(factory, permissions);
        var mounts = gst_rtsp_server_get_mount_points(server);
        gst_rtsp_mount_points_add_factory(mounts, "/stream", factory);

        var auth = gst_rtsp_auth_new();
        var token = gst_rtsp_token_new_empty();
        gst_rtsp_token_set_string(token, "media.factory.role", "viewer");
        gst_rtsp_auth_add_basic(auth, gst_rtsp_auth_make_basic(User, Password), token);
        if (certificate is { } files)
        {
            var tls = g_tls_certificate_new_from_files(files.Certificate, files.Key, ref error);
            Assert.Equal(0, error);
            gst_rtsp_auth_set_tls_certificate(auth, tls);
        }
        gst_rtsp_server_set_auth(server, auth);
        Assert.NotEqual(0u, gst_rtsp_server_attach(server, context));
        thread = new Thread(() => g_main_loop_run(loop)) { IsBackground = true };
        thread.Start();
    }

    public int Port => gst_rtsp_server_get_bound_port(server);

    public void Dispose()
    {
        // What else was made here lives as long as the tests.
        g_main_loop_quit(loop);
        thread.Join(5000);
    }

    [LibraryImport(GStreamer)] private static partial int gst_init_check(nint argc, nint argv, ref nint error);
    [LibraryImport(GLib)] private static partial nint g_main_context_new();
    [LibraryImport(GLib)] private static partial nint g_main_loop_new(nint context, int isRunning);
    [LibraryImport(GLib)] private static partial void g_main_loop_run(nint loop);
    [LibraryImport(GLib)] private static partial void g_main_loop_quit(nint loop);
    [LibraryImport(Gio, StringMarshalling = StringMarshalling.Utf8)] private static partial nint g_tls_certificate_new_from_files(string certificate, string key, ref nint error);
    [LibraryImport(Library)] private static partial nint gst_rtsp_server_new();
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] private static partial void gst_rtsp_server_set_address(nint server, string address);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] private static partial void gst_rtsp_server_set_service(nint server, string service);
    [LibraryImport(Library)] private static partial int gst_rtsp_server_get_bound_port(nint server);
    [LibraryImport(Library)] private static partial nint gst_rtsp_server_get_mount_points(nint server);
    [LibraryImport(Library)] private static partial void gst_rtsp_server_set_auth(nint server, nint auth);
    [LibraryImport(Library)] private static partial uint gst_rtsp_server_attach(nint server, nint context);
    [LibraryImport(Library)] private static partial nint gst_rtsp_media_factory_new();
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] private static partial void gst_rtsp_media_factory_set_launch(nint factory, string launch);
    [LibraryImport(Library)] private static partial void gst_rtsp_media_factory_set_permissions(nint factory, nint permissions);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] private static partial void gst_rtsp_mount_points_add_factory(nint mounts, string path, nint factory);
    [LibraryImport(Library)] private static partial nint gst_rtsp_permissions_new();
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] private static partial void gst_rtsp_permissions_add_permission_for_role(nint permissions, string role, string permission, int allowed);
    [LibraryImport(Library)] private static partial nint gst_rtsp_auth_new();
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] private static partial nint gst_rtsp_auth_make_basic(string user, string password);
    [LibraryImport(Library)] private static partial void gst_rtsp_auth_add_basic(nint auth, nint basic, nint token);
    [LibraryImport(Library)] private static partial void gst_rtsp_auth_set_tls_certificate(nint auth, nint certificate);
    [LibraryImport(Library)] private static partial nint gst_rtsp_token_new_empty();
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] private static partial void gst_rtsp_token_set_string(nint token, string field, string value);
}
