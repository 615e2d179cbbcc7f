using Edge.Configuration;
using Edge.Service;
using Edge.Tests.Service;
using Microsoft.Extensions.Logging.Abstractions;

/// <summary>Runs in a child process before its main program, where DOTNET_STARTUP_HOOKS names this assembly: a store that writes until it is killed.</summary>
internal static class StartupHook
{
    public const string FolderVariable = "EDGE_TEST_STORE";

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is not { Length: > 0 } folder)
            return;
        var store = new PictureStore(folder, new StoreConfig { FreeMb = 0, Ng = new QuotaConfig { MaxMb = 20, MaxDays = 9 } }, new Telemetry(), TimeProvider.System, NullLogger.Instance);
        store.Start();
        // The numbers grow from one life to the next, as the real ones do.
        for (var id = Environment.TickCount64 * 1000; ; id++)
        {
            store.Take(StoreBench.Ng(id, side: 200));
            Thread.Sleep(1);
        }
    }
}
