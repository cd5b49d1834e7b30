using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Hosts.Tests.Hosting;

/// <summary>A server that speaks a provider's API, OpenAI's where nothing else is said, or breaks off as the test wants it.</summary>
internal sealed class ScriptedProvider : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly StrongBox<int> _connections;

    private ScriptedProvider(WebApplication app, StrongBox<int> connections)
    {
        _app = app;
        _connections = connections;
    }

    /// <summary>How many connections were opened to it, whatever came over them.</summary>
    public int Connections => Volatile.Read(ref _connections.Value);

    public string BaseUrl => Address + "/v1";

    public string Address => _app.Urls.First();

    /// <summary>What it was asked, in order.</summary>
    public ConcurrentQueue<JsonElement> Asked { get; } = new();

    /// <summary>The Authorization header of the last call.</summary>
    public string? Key { get; private set; }

    /// <summary>The path and the headers of the last call.</summary>
    public (string Path, IHeaderDictionary Headers) Call { get; private set; } = ("", new HeaderDictionary());

    /// <summary>Completes when a caller has left before the end.</summary>
    public TaskCompletionSource Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How it answers.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = context => Stream(context, "Hello ", "from ", "the cloud.");

    public static async Task<ScriptedProvider> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var connections = new StrongBox<int>();
        builder.WebHost.ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0, door => door.Use(next => connection =>
        {
            Interlocked.Increment(ref connections.Value);
            return next(connection);
        })));
        var app = builder.Build();
        var provider = new ScriptedProvider(app, connections);
        app.MapPost("/{**any}", provider.Take);
        await app.StartAsync();
        return provider;
    }

    public static async Task Stream(HttpContext context, params string[] pieces)
    {
        await Begin(context);
        foreach (var piece in pieces)
        {
            await Say(context, piece);
        }

        await Line(context, """{"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""");
        await Line(context, """{"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}}""");
        await context.Response.WriteAsync("data: [DONE]\n\n");
    }

    public static async Task Begin(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.StartAsync();
    }

    public static Task Say(HttpContext context, string piece) => Line(
        context,
        $$"""{"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":{{JsonSerializer.Serialize(piece)}}},"finish_reason":null}]}""");

    public static async Task Line(HttpContext context, string json)
    {
        await context.Response.WriteAsync($"data: {json}\n\n");
        await context.Response.Body.FlushAsync();
    }

    /// <summary>Events exactly as they stand, each a line of JSON; named by their type, as Anthropic's are.</summary>
    public static Func<HttpContext, Task> Events(params string[] events) => async context =>
    {
        await Begin(context);
        foreach (var json in events)
        {
            var type = JsonDocument.Parse(json).RootElement.TryGetProperty("type", out var named) ? $"event: {named.GetString()}\n" : "";
            await context.Response.WriteAsync($"{type}data: {json}\n\n");
            await context.Response.Body.FlushAsync();
        }
    };

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task Take(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body);
        Asked.Enqueue(body.RootElement.Clone());
        Key = context.Request.Headers.Authorization;
        Call = (context.Request.Path + context.Request.QueryString.Value, new HeaderDictionary(context.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase)));
        try
        {
            await Answer(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            Left.TrySetResult();
        }
    }
}
