using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Edge.Tests.Web;

/// <summary>A headless Chromium with one page, driven by the DevTools protocol.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process process;
    private readonly string folder;
    private readonly ClientWebSocket socket = new();
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode?>> calls = new();
    private readonly SemaphoreSlim sending = new(1);
    private Task reading = Task.CompletedTask;
    private int lastCall;

    private Browser(Process process, string folder) => (this.process, this.folder) = (process, folder);

    /// <summary>What the page wrote to its console as warning or error, exceptions included.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    /// <summary>Every address the page asked for.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public static async Task<Browser> Start(int width, int height)
    {
        var folder = Directory.CreateTempSubdirectory("edge-browser-").FullName;
        var process = Process.Start(new ProcessStartInfo("chromium",
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--disable-dev-shm-usage", "--hide-scrollbars", $"--user-data-dir={folder}", "--remote-debugging-port=0", $"--window-size={width},{height}", "about:blank",
        ]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var browser = new Browser(process, folder);
        try
        {
            await browser.Connect();
            await browser.Call("Page.enable");
            await browser.Call("Runtime.enable");
            await browser.Call("Log.enable");
            await browser.Call("Network.enable");
            await browser.View(width, height);
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    public Task View(int width, int height) => Call("Emulation.setDeviceMetricsOverride",
        new { width, height, deviceScaleFactor = 1, mobile = width < 600 });

    public Task Open(Uri address) => Call("Page.navigate", new { url = address.ToString() });

    /// <summary>The value of an expression; a promise's once it is kept.</summary>
    public async Task<JsonNode?> Evaluate(string expression)
    {
        var answer = await Call("Runtime.evaluate", new { expression, awaitPromise = true, returnByValue = true });
        return answer?["exceptionDetails"] is { } fault ? throw new InvalidOperationException($"{expression}: {fault}") : answer?["result"]?["value"];
    }

    /// <summary>Waits until an expression is true.</summary>
    public async Task Until(string condition)
    {
        var clock = Stopwatch.StartNew();
        // What it asks about may not be there yet.
        while ((await Evaluate($"(() => {{ try {{ return !!({condition}); }} catch {{ return false; }} }})()"))?.GetValue<bool>() != true)
        {
            Assert.True(clock.Elapsed < Patience, $"Never came true: {condition}\n{string.Join('\n', Complaints)}\n{await Evaluate("document.body?.innerText")}");
            await Task.Delay(50);
        }
    }

    public async Task<string> Text(string id) => (await Evaluate($"document.getElementById('{id}').innerText"))!.GetValue<string>();

    /// <summary>Clicks in the middle of an element as a hand would; whatever lies above it gets the click.</summary>
    public async Task Click(string selector)
    {
        var middle = await Evaluate($$"""(() => { const e = document.querySelector('{{selector}}'); e.scrollIntoView({ block: 'center', behavior: 'instant' }); const r = e.getBoundingClientRect(); return { x: r.x + r.width / 2, y: r.y + r.height / 2 }; })()""");
        foreach (var type in new[] { "mousePressed", "mouseReleased" })
            await Call("Input.dispatchMouseEvent", new { type, x = middle!["x"]!.GetValue<double>(), y = middle["y"]!.GetValue<double>(), button = "left", clickCount = 1 });
    }

    public Task Type(string text) => Call("Input.insertText", new { text });

    public async Task<byte[]> Screenshot(bool whole = false) =>
        Convert.FromBase64String((await Call("Page.captureScreenshot", new { format = "png", captureBeyondViewport = whole }))!["data"]!.GetValue<string>());

    public async ValueTask DisposeAsync()
    {
        stop.Cancel();
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        socket.Dispose();
        process.Dispose();
        for (var attempt = 0; attempt < 20 && Directory.Exists(folder); attempt++)
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (IOException)
            {
                // A child of it is still writing.
                await Task.Delay(100);
            }
    }

    private async Task Connect()
    {
        var (port, clock) = (Path.Combine(folder, "DevToolsActivePort"), Stopwatch.StartNew());
        while (!File.Exists(port) || (await File.ReadAllLinesAsync(port)).Length < 2)
        {
            Assert.True(clock.Elapsed < Patience && !process.HasExited, "Chromium did not start; tools/setup --tests installs it.");
            await Task.Delay(50);
        }
        using var http = new HttpClient();
        var pages = await http.GetFromJsonAsync<JsonArray>($"http://127.0.0.1:{(await File.ReadAllLinesAsync(port))[0]}/json/list");
        var page = pages!.First(entry => entry!["type"]!.GetValue<string>() == "page")!["webSocketDebuggerUrl"]!.GetValue<string>();
        await socket.ConnectAsync(new Uri(page), stop.Token);
        reading = Task.Run(Read);
    }

    private async Task<JsonNode?> Call(string method, object? parameters = null)
    {
        var id = Interlocked.Increment(ref lastCall);
        var reply = calls[id] = new TaskCompletionSource<JsonNode?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await sending.WaitAsync();
        try
        {
            await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(new { id, method, @params = parameters ?? new { } }), WebSocketMessageType.Text, true, stop.Token);
        }
        finally
        {
            sending.Release();
        }
        return await reply.Task.WaitAsync(Patience);
    }

    private async Task Read()
    {
        var (part, whole) = (new byte[1 << 16], new MemoryStream());
        while (!stop.IsCancellationRequested)
        {
            var received = await socket.ReceiveAsync(part, stop.Token);
            whole.Write(part, 0, received.Count);
            if (!received.EndOfMessage)
                continue;
            Handle(JsonNode.Parse(whole.ToArray())!);
            whole.SetLength(0);
        }
    }

    private void Handle(JsonNode message)
    {
        if (message["id"]?.GetValue<int>() is { } id && calls.TryRemove(id, out var reply))
            if (message["error"] is { } error)
                reply.TrySetException(new InvalidOperationException(error.ToJsonString()));
            else
                reply.TrySetResult(message["result"]);
        var about = message["params"];
        switch (message["method"]?.GetValue<string>())
        {
            case "Runtime.exceptionThrown":
                Complaints.Enqueue(about!["exceptionDetails"]!.ToJsonString());
                break;
            case "Runtime.consoleAPICalled" when about!["type"]!.GetValue<string>() is "error" or "warning":
            case "Log.entryAdded" when about!["entry"]!["level"]!.GetValue<string>() is "error" or "warning":
                Complaints.Enqueue(about.ToJsonString());
                break;
            case "Network.requestWillBeSent":
                Requests.Enqueue(about!["request"]!["url"]!.GetValue<string>());
                break;
        }
    }
}
