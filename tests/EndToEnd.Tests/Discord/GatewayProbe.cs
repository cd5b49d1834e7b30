using System.IO.Compression;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn;

namespace MeatLizard.EndToEnd.Tests.Discord;

/// <summary>A gateway client that does nothing by itself.</summary>
internal sealed class GatewayProbe : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(20));
    private readonly MemoryStream _packed = new();
    private ZLibStream? _zlib;

    private GatewayProbe()
    {
    }

    /// <summary>Of the last dispatch that was read.</summary>
    public long Sequence { get; private set; }

    public string SessionId { get; private set; } = "";

    public int? CloseCode => (int?)_socket.CloseStatus;

    /// <summary>Connected, with hello read.</summary>
    public static async Task<GatewayProbe> Connect(StandIn discord, bool compressed = false, string query = "v=10&encoding=json", string path = "")
    {
        var probe = new GatewayProbe();
        var address = new Uri(discord.GatewayAddress, $"{path}?{query}{(compressed ? "&compress=zlib-stream" : "")}");
        await probe._socket.ConnectAsync(address, probe._patience.Token);
        if (query == "v=10&encoding=json")
            Assert.That((int?)(await probe.Read())!["op"], Is.EqualTo(10));
        return probe;
    }

    /// <summary>The same, and identified, with READY and the guilds read.</summary>
    public static async Task<GatewayProbe> Login(StandIn discord, string token, int intents, bool compressed = false)
    {
        var probe = await Connect(discord, compressed);
        await probe.Identify(token, intents);
        var ready = await probe.Hear("READY");
        probe.SessionId = (string)ready["session_id"]!;
        foreach (var _ in (intents & 1) != 0 ? ready["guilds"]!.AsArray() : [])
            await probe.Hear("GUILD_CREATE");
        return probe;
    }

    public Task Identify(string token, int intents) =>
        Send(2, new { token, intents, properties = new { os = "linux", browser = "probe", device = "probe" } });

    public Task Resume(string token, string session, long seq) => Send(6, new { token, session_id = session, seq });

    public Task Send(int op, object? d) => Raw(JsonSerializer.Serialize(new { op, d }));

    public async Task Raw(string text) =>
        await _socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, _patience.Token);

    /// <summary>Leaves with this code.</summary>
    public Task Leave(int code) => _socket.CloseAsync((WebSocketCloseStatus)code, "", _patience.Token);

    /// <summary>Is gone without a word.</summary>
    public void Vanish() => _socket.Abort();

    /// <summary>The next dispatch, which has to be this one.</summary>
    public async Task<JsonObject> Hear(string name)
    {
        var payload = await Read() ?? throw new InvalidOperationException($"Closed with {CloseCode} instead of {name}.");
        Assert.That((string?)payload["t"], Is.EqualTo(name), payload.ToJsonString());
        return payload["d"]!.AsObject();
    }

    /// <summary>The next payload, which has to have this op.</summary>
    public async Task<JsonNode?> HearOp(int op)
    {
        var payload = await Read() ?? throw new InvalidOperationException($"Closed with {CloseCode} instead of op {op}.");
        Assert.That((int?)payload["op"], Is.EqualTo(op), payload.ToJsonString());
        return payload["d"];
    }

    /// <summary>Until the gateway hangs up.</summary>
    public async Task<int?> Closed()
    {
        while (await Read() is not null)
        {
        }

        return CloseCode;
    }

    /// <returns>The next payload; null when the gateway has closed.</returns>
    public async Task<JsonObject?> Read()
    {
        using var message = new MemoryStream();
        var buffer = new byte[16384];
        WebSocketReceiveResult read;
        do
        {
            read = await _socket.ReceiveAsync(buffer, _patience.Token);
            message.Write(buffer, 0, read.Count);
        }
        while (!read.EndOfMessage);
        if (read.MessageType == WebSocketMessageType.Close)
            return null;
        var payload = JsonNode.Parse(read.MessageType == WebSocketMessageType.Binary ? Unpack(message.ToArray()) : message.ToArray())!.AsObject();
        Sequence = (long?)payload["s"] ?? Sequence;
        return payload;
    }

    public void Dispose()
    {
        _socket.Dispose();
        _patience.Dispose();
        _zlib?.Dispose();
        _packed.Dispose();
    }

    /// <summary>One stream for the whole connection; every message ends with the marks of a flush.</summary>
    private byte[] Unpack(byte[] packed)
    {
        Assert.That(packed[^4..], Is.EqualTo(new byte[] { 0, 0, 0xff, 0xff }));
        var at = _packed.Position;
        _packed.Seek(0, SeekOrigin.End);
        _packed.Write(packed);
        _packed.Position = at;
        _zlib ??= new ZLibStream(_packed, CompressionMode.Decompress);
        using var payload = new MemoryStream();
        var buffer = new byte[16384];
        for (int count; (count = _zlib.Read(buffer)) > 0;)
            payload.Write(buffer, 0, count);
        return payload.ToArray();
    }
}
