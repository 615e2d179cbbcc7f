using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Edge.Tests.Outputs;

/// <summary>A web server that gets results and answers as it is told.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication server;

    /// <param name="answer">Answers the request of this number, from 0; gives the status.</param>
    /// <param name="port">0 takes a free one.</param>
    public Receiver(Func<int, HttpContext, Task<int>> answer, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        server = builder.Build();
        server.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            int number;
            lock (Requests)
            {
                number = Requests.Count;
                Requests.Enqueue(new(context.Request.Method, context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString()), body.ToArray(), Environment.TickCount64));
            }
            context.Response.StatusCode = await answer(number, context);
        });
        Task.Run(() => server.StartAsync()).GetAwaiter().GetResult();
    }

    public ConcurrentQueue<Request> Requests { get; } = new();

    public string Url => server.Urls.Single() + "/hook?token=secret";

    /// <summary>Numbers of the inspections that came, in order, repetitions and all.</summary>
    public IReadOnlyList<long> Ids => [.. Requests.Select(request => JsonDocument.Parse(request.Body).RootElement.GetProperty("id").GetInt64())];

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(0);
        await server.StopAsync(now.Token);
        await server.DisposeAsync();
    }

    internal sealed record Request(string Method, Dictionary<string, string> Headers, byte[] Body, long Milliseconds);
}
