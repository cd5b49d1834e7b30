using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace MeatLizard.Infrastructure.Tests.Discord;

/// <summary>A gateway that says to each connection what its script says, uncompressed; then it keeps silent.</summary>
internal sealed class ScriptedGateway : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string[][] _scripts;
    private readonly Lock _gate = new();
    private readonly List<JsonNode> _introductions = [];

    private ScriptedGateway(WebApplication app, string[][] scripts) => (_app, _scripts) = (app, scripts);

    public Uri Address => new(_app.Urls.First() + "/");

    /// <summary>What each connection said first: an IDENTIFY or a RESUME.</summary>
    public IReadOnlyList<JsonNode> Introductions
    {
        get
        {
            lock (_gate)
            {
                return [.. _introductions];
            }
        }
    }

    private string Socket => $"ws://{Address.Authority}";

    /// <summary>With the number 1; in a script it is called READY.</summary>
    private string Ready => Dispatch(1, "READY",
        $$$"""{"session_id":"s","resume_gateway_url":"{{{Socket}}}","user":{"id":"7","username":"bot"},"guilds":[]}""");

    public static async Task<ScriptedGateway> Start(params string[][] scripts)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        _ = builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var gateway = new ScriptedGateway(app, scripts);
        _ = app.UseWebSockets();
        app.Run(gateway.Serve);
        await app.StartAsync();
        return gateway;
    }

    public static string Dispatch(int number, string kind, string data) => $$$"""{"op":0,"s":{{{number}}},"t":"{{{kind}}}","d":{{{data}}}}""";

    public static string Message(int number, string content) => Dispatch(number, "MESSAGE_CREATE",
        $$$"""{"id":"{{{number}}}","channel_id":"1","author":{"id":"2","username":"olga"},"content":"{{{content}}}"}""");

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource();
        await patience.CancelAsync();
        await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
    }

    private async Task Serve(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await context.Response.WriteAsync($$$"""{"url":"{{{Socket}}}","session_start_limit":{"total":1000,"remaining":1000,"reset_after":0}}""");
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await Say(socket, """{"op":10,"d":{"heartbeat_interval":45000}}""");
        string[] script;
        var buffer = new byte[4096];
        var got = await socket.ReceiveAsync(buffer, context.RequestAborted);
        lock (_gate)
        {
            script = _introductions.Count < _scripts.Length ? _scripts[_introductions.Count] : [];
            _introductions.Add(JsonNode.Parse(buffer.AsSpan(0, got.Count))!);
        }

        foreach (var line in script)
        {
            await Say(socket, line == "READY" ? Ready : line);
        }

        while (socket.State == WebSocketState.Open)
        {
            _ = await socket.ReceiveAsync(buffer, context.RequestAborted);
        }
    }

    private static Task Say(WebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
}
