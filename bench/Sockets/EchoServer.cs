using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace MeatLizard.Bench.Sockets;

/// <summary>Kestrel's WebSocket, and nothing else: what comes in goes out.</summary>
internal static class EchoServer
{
    public const string Verb = "echo";
    public const string Path = "/ws";

    private const int Room = 4096;

    /// <param name="arguments">Port.</param>
    public static async Task Run(IReadOnlyList<string> arguments)
    {
        await using var app = BareHost.Build(arguments[0]);
        app.UseWebSockets();
        app.MapGet(Path, (RequestDelegate)Echo);
        await app.RunAsync();
    }

    private static async Task Echo(HttpContext http)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[Room];
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), http.RequestAborted) is { MessageType: not WebSocketMessageType.Close } said)
            {
                await socket.SendAsync(buffer.AsMemory(0, said.Count), said.MessageType, said.EndOfMessage, http.RequestAborted);
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
            // The bench does not say goodbye.
        }
    }
}
