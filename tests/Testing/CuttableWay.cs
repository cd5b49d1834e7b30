using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace MeatLizard.Testing;

/// <summary>A TCP relay on loopback that can be cut, and go wrong otherwise: what stands between two hosts and fails.</summary>
public sealed class CuttableWay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Line, bool> _open = new();
    private readonly int _target;
    private readonly Task _accepting;
    private volatile bool _down;
    private volatile bool _swallows;
    private TaskCompletionSource? _held;
    private Timer? _later;

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
        foreach (var (line, _) in _open)
        {
            line.Close();
        }
    }

    /// <summary>Breaks every connection, and every new one, until it is <see cref="Up"/> again.</summary>
    public void Down()
    {
        _down = true;
        Cut();
    }

    /// <summary>
    /// What is sent over the connections that are open now vanishes from here on, and neither end is told, not even when the other one goes.
    /// </summary>
    /// <param name="newOnesToo">Those that come as well, until it is <see cref="Up"/> again. What vanished is not made good.</param>
    public void Swallow(bool newOnesToo)
    {
        _swallows = newOnesToo;
        foreach (var (line, _) in _open)
        {
            line.IsDead = true;
        }
    }

    /// <summary>Nothing comes through, and nothing is lost: it goes on when the way is <see cref="Up"/> again.</summary>
    public void Hold() => Interlocked.CompareExchange(ref _held, new(TaskCreationOptions.RunContinuationsAsynchronously), null);

    public void Up()
    {
        (_down, _swallows) = (false, false);
        Interlocked.Exchange(ref _held, null)?.SetResult();
    }

    /// <summary>Unless it is before, or something else is to happen then.</summary>
    public void UpAfter(TimeSpan time) =>
        Interlocked.Exchange(ref _later, new(_ => Up(), null, time, Timeout.InfiniteTimeSpan))?.Dispose();

    public async ValueTask DisposeAsync()
    {
        _later?.Dispose();
        Up();
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
        var line = new Line(near, far) { IsDead = _swallows };
        _open[line] = true;
        try
        {
            if (!_down)
            {
                await far.ConnectAsync(IPAddress.Loopback, _target);
                await Task.WhenAll(Carry(line, near, far), Carry(line, far, near));
            }
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException or InvalidOperationException)
        {
        }
        finally
        {
            _open.TryRemove(line, out _);
            near.Dispose();
        }
    }

    private async Task Carry(Line line, TcpClient from, TcpClient to)
    {
        try
        {
            var buffer = new byte[16_384];
            while (await from.GetStream().ReadAsync(buffer) is > 0 and var length)
            {
                if (_held is { } held)
                {
                    await held.Task;
                }

                if (!line.IsDead)
                {
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, length));
                }
            }

            if (!line.IsDead)
            {
                to.Client.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception broken) when (broken is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            if (!line.IsDead)
            {
                line.Close();
            }
        }
    }

    private sealed class Line(TcpClient near, TcpClient far)
    {
        private volatile bool _isDead;

        public bool IsDead
        {
            get => _isDead;
            set => _isDead = value;
        }

        public void Close()
        {
            // Null once it is disposed of.
            near.Client?.Close(0);
            far.Client?.Close(0);
        }
    }
}
