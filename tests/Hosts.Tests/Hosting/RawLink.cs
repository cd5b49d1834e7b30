using System.Net.WebSockets;
using System.Text;
using MeatLizard.Application.Relay;
using MeatLizard.Infrastructure.Relay.Frames;
using MeatLizard.Infrastructure.Relay.Link;

namespace MeatLizard.Hosts.Tests.Hosting;

/// <summary>A worker's end of a link, frame by frame: one that has heard the server's challenge and may answer what it likes.</summary>
internal sealed class RawLink : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ClientWebSocket _socket;
    private readonly FrameSealer _sealer;
    private readonly WorkerEpoch _epoch;

    private RawLink(ClientWebSocket socket, FrameSealer sealer, WorkerEpoch epoch, byte[] challenge)
    {
        _socket = socket;
        _sealer = sealer;
        _epoch = epoch;
        Challenge = challenge;
    }

    public byte[] Challenge { get; }

    public static async Task<RawLink> Open(Uri server, string worker, byte[] root)
    {
        using var patience = new CancellationTokenSource(Patience);
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(LinkProtocol.Name);
        await socket.ConnectAsync(new Uri($"ws://{server.Authority}{LinkProtocol.Path}?worker={worker}"), patience.Token);
        var buffer = new byte[4096];
        var greeting = await socket.ReceiveAsync(buffer.AsMemory(), patience.Token);
        var terms = CarrierTerms.Link(Encoding.ASCII.GetString(buffer, LinkProtocol.Greeting.Length, greeting.Count - LinkProtocol.Greeting.Length));
        var keys = new RelayKeys(new RelayRoot(root));
        var epoch = WorkerEpoch.Draw();
        using var opener = FrameOpener.AtWorker(keys, epoch, new FrameCounters());
        var ping = await socket.ReceiveAsync(buffer.AsMemory(), patience.Token);
        Assert.That(opener.TryOpen(buffer.AsSpan(0, ping.Count), terms.Binding, out var message), Is.EqualTo(FrameOutcome.Opened));
        return new(socket, FrameSealer.ToServer(keys.Current, terms), epoch, ((Ping)message!).Challenge);
    }

    /// <summary>Sealed for this connection.</summary>
    public byte[] Hello(byte[] challenge) => _sealer.Seal(Again() with { Challenge = challenge, Slots = 1 })[0];

    /// <summary>A later hello, of two slots: once the server knows of them, it has heard all that was said before.</summary>
    public Hello Again() => new() { WorkerEpoch = _epoch.ToArray(), Version = "1.0.0", Models = [], Slots = 2 };

    public async Task Say(ToServer message)
    {
        foreach (var frame in _sealer.Seal(message))
        {
            await Send(frame);
        }
    }

    public async Task Send(byte[] message, WebSocketMessageType type = WebSocketMessageType.Binary)
    {
        using var patience = new CancellationTokenSource(Patience);
        await _socket.SendAsync(message, type, endOfMessage: true, patience.Token);
    }

    /// <summary>Reads to the end, and says how it ended; null when it was cut with something still unread.</summary>
    public async Task<WebSocketCloseStatus?> Closed()
    {
        using var patience = new CancellationTokenSource(Patience);
        var buffer = new byte[4096];
        try
        {
            while ((await _socket.ReceiveAsync(buffer.AsMemory(), patience.Token)).MessageType != WebSocketMessageType.Close)
            {
            }

            return _socket.CloseStatus;
        }
        catch (WebSocketException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        _sealer.Dispose();
        _socket.Dispose();
    }
}
