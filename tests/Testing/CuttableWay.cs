using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace MeatLizard.Testing;

/// <summary>A TCP relay on loopback that can be cut: what stands between two hosts and fails.</summary>
public sealed class CuttableWay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, bool> _open = new();
    private readonly int _target;
    private readonly Task _accepting;
    private volatile bool _down;

    /// <param name="target">The port on loopback that it leads to.</param>
    public CuttableWay(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = Accept();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connections taken so far.</summary>
    public int Taken { get; private set; }

    /// <summary>Breaks every connection; new ones come through.</summary>
    public void Cut()
    {
        foreach (var (client, _) in _open)
        {
            // Null once it is disposed of.
            client.Client?.Close(0);
        }
    }

    /// <summary>Breaks every connection, and every new one, until it is <see cref="Up"/> again.</summary>
    public void Down()
    {
        _down = true;
        Cut();
    }

    public void Up() => _down = false;

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        Cut();
        await _accepting;
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                Taken++;
                _ = Relay(client);
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task Relay(TcpClient near)
    {
        using var far = new TcpClient { NoDelay = true };
        near.NoDelay = true;
        (_open[near], _open[far]) = (true, true);
        try
        {
            if (!_down)
            {
                await far.ConnectAsync(IPAddress.Loopback, _target);
                await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream()), far.GetStream().CopyToAsync(near.GetStream()));
            }
        }
        catch (Exception broken) when (broken is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
        }
        finally
        {
            _open.TryRemove(near, out _);
            _open.TryRemove(far, out _);
            near.Dispose();
        }
    }
}
