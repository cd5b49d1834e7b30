using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace MeatLizard.Hosts.Tests.Hosting;

/// <summary>A caller on a WebSocket.</summary>
internal sealed class Socket : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ClientWebSocket _socket = new();

    public WebSocketCloseStatus? Closed => _socket.CloseStatus;

    public string? Why => _socket.CloseStatusDescription;

    public static async Task<Socket> Open(ApiHost host, ApiClient caller)
    {
        var socket = new Socket();
        if (caller.Key is not null)
        {
            socket._socket.Options.SetRequestHeader("Authorization", $"Bearer {caller.Key}");
        }

        if (caller.Cookie is not null)
        {
            socket._socket.Options.SetRequestHeader("Cookie", caller.Cookie);
            socket._socket.Options.SetRequestHeader("Origin", host.Address.GetLeftPart(UriPartial.Authority));
        }

        await socket._socket.ConnectAsync(new UriBuilder(host.Address) { Scheme = "ws", Path = "/api/v1/ws" }.Uri, CancellationToken.None);
        return socket;
    }

    public Task Send(object message) => SendRaw(JsonSerializer.Serialize(message));

    public Task SendRaw(string message) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    /// <summary>A fragment, after which more is to come.</summary>
    public Task SendPart(string part) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(part), WebSocketMessageType.Text, endOfMessage: false, CancellationToken.None);

    /// <summary>The next message; null when the other side has closed.</summary>
    public async Task<JsonElement?> Next()
    {
        using var patience = new CancellationTokenSource(Patience);
        using var message = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer, patience.Token);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            message.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
            {
                return JsonDocument.Parse(message.ToArray()).RootElement.Clone();
            }
        }
    }

    /// <summary>The next message of this type; others are passed over.</summary>
    public async Task<JsonElement> Next(string type)
    {
        while (true)
        {
            var message = await Next();
            Assert.That(message, Is.Not.Null, $"closed with {_socket.CloseStatus} before {type}");
            if (message!.Value.GetProperty("type").GetString() == type)
            {
                return message.Value;
            }
        }
    }

    /// <summary>Events up to the end of a request.</summary>
    public async Task<List<JsonElement>> ToEnd()
    {
        List<JsonElement> events = [];
        do
        {
            events.Add(await Next("event"));
        }
        while (events[^1].GetProperty("event").GetString() is not ("completed" or "failed" or "cancelled"));

        return events;
    }

    public void Dispose() => _socket.Dispose();
}
