using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using MeatLizard.DiscordStandIn;

namespace MeatLizard.Bench;

/// <summary>As little of a Discord bot as can post and hear: it keeps no limits, survives nothing and opens no frame.</summary>
internal sealed class MinimalBot : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false });
    private readonly Channel<string> _heard = Channel.CreateUnbounded<string>();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Uri _api;
    private readonly string _from;
    private Task _work = Task.CompletedTask;

    private MinimalBot(Uri api, string token, string from)
    {
        (_api, _from) = (api, from);
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bot", token);
        _http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", "DiscordBot (https://example.org, 1)");
    }

    /// <summary>What the other one has posted, as it is heard.</summary>
    public ChannelReader<string> Heard => _heard.Reader;

    /// <param name="from">Whom it listens to.</param>
    public static async Task<MinimalBot> Login(StandIn discord, string token, ulong from)
    {
        const int guildsAndMessages = 1 | (1 << 9);
        var bot = new MinimalBot(discord.ApiAddress, token, $"{from}");
        await bot._socket.ConnectAsync(new Uri(discord.GatewayAddress, "?v=10&encoding=json"), bot._stop.Token);
        await bot.Send(2, new { token, intents = guildsAndMessages, properties = new { os = "linux", browser = "bench", device = "bench" } });
        bot._work = bot.Listen(bot._stop.Token);
        await bot._ready.Task;
        return bot;
    }

    public async Task Post(ulong channel, string content, ulong mention)
    {
        var body = new
        {
            content,
            nonce = Guid.NewGuid().ToString("n")[..24],
            enforce_nonce = true,
            allowed_mentions = new { parse = Array.Empty<string>(), users = new[] { $"{mention}" } },
        };
        using var answer = await _http.PostAsJsonAsync(new Uri(_api, $"channels/{channel}/messages"), body);
        answer.EnsureSuccessStatusCode();
        _ = await answer.Content.ReadAsByteArrayAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Dispose();
        _http.Dispose();
        _sending.Dispose();
        _stop.Dispose();
    }

    private async Task Send(int op, object? d)
    {
        await _sending.WaitAsync(_stop.Token);
        try
        {
            await _socket.SendAsync(
                Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { op, d })), WebSocketMessageType.Text, endOfMessage: true, _stop.Token);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task Listen(CancellationToken cancellationToken)
    {
        const int hello = 10;
        var buffer = new byte[256 * 1024];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult read;
            do
            {
                read = await _socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                length += read.Count;
            }
            while (!read.EndOfMessage);
            using var payload = JsonDocument.Parse(buffer.AsMemory(0, length));
            var data = payload.RootElement.GetProperty("d");
            if (payload.RootElement.GetProperty("op").GetInt32() == hello)
            {
                _ = Beat(TimeSpan.FromMilliseconds(data.GetProperty("heartbeat_interval").GetInt32()), cancellationToken);
            }

            switch (payload.RootElement.GetProperty("t").GetString())
            {
                case "READY":
                    _ready.TrySetResult();
                    break;
                case "MESSAGE_CREATE" when data.GetProperty("author").GetProperty("id").GetString() == _from:
                    _heard.Writer.TryWrite(data.GetProperty("content").GetString()!);
                    break;
            }
        }
    }

    private async Task Beat(TimeSpan every, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(every);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await Send(1, null);
        }
    }
}
