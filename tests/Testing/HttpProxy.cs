using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MeatLizard.Testing;

/// <summary>A proxy on loopback that wants a name and a password, and keeps the first line of every connection.</summary>
public sealed class HttpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _leaving = new();
    private readonly Lock _gate = new();
    private readonly List<string> _asked = [];
    private readonly Task _accepting;
    private readonly string _credentials;

    public HttpProxy(string name, string password)
    {
        _credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}"));
        _listener.Start();
        Address = new($"http://{Uri.EscapeDataString(name)}:{Uri.EscapeDataString(password)}@127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepting = Accept();
    }

    public Uri Address { get; }

    public IReadOnlyList<string> Asked
    {
        get
        {
            lock (_gate)
            {
                return [.. _asked];
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        _listener.Stop();
        await _accepting;
        _leaving.Dispose();
    }

    private static async Task<string> Head(NetworkStream stream, CancellationToken cancellationToken)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, cancellationToken) == 1)
        {
            _ = head.Append((char)one[0]);
        }

        return head.ToString();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                _ = Serve(await _listener.AcceptTcpClientAsync(_leaving.Token));
            }
        }
        catch (Exception stopped) when (stopped is SocketException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    private async Task Serve(TcpClient near)
    {
        using var far = new TcpClient();
        using (near)
        {
            try
            {
                var stream = near.GetStream();
                while (await Head(stream, _leaving.Token) is { Length: > 0 } head)
                {
                    if (!head.Contains($"Proxy-Authorization: Basic {_credentials}", StringComparison.OrdinalIgnoreCase))
                    {
                        const string Refusal = "HTTP/1.1 407 Name?\r\nProxy-Authenticate: Basic realm=\"way\"\r\nContent-Length: 0\r\n\r\n";
                        await stream.WriteAsync(Encoding.ASCII.GetBytes(Refusal), _leaving.Token);
                        continue;
                    }

                    await Pass(head, stream, far);
                    return;
                }
            }
            catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
            }
        }
    }

    private async Task Pass(string head, NetworkStream near, TcpClient far)
    {
        var asked = head[..head.IndexOf('\r', StringComparison.Ordinal)];
        lock (_gate)
        {
            _asked.Add(asked);
        }

        var isTunnel = asked.StartsWith("CONNECT ", StringComparison.Ordinal);
        var target = new Uri(isTunnel ? $"http://{asked.Split(' ')[1]}" : asked.Split(' ')[1]);
        await far.ConnectAsync(target.Host, target.Port, _leaving.Token);
        var beyond = far.GetStream();
        if (isTunnel)
        {
            await near.WriteAsync("HTTP/1.1 200 There\r\n\r\n"u8.ToArray(), _leaving.Token);
        }
        else
        {
            await beyond.WriteAsync(Encoding.ASCII.GetBytes(head), _leaving.Token);
        }

        _ = await Task.WhenAny(near.CopyToAsync(beyond, _leaving.Token), beyond.CopyToAsync(near, _leaving.Token));
    }
}
