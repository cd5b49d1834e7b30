using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MeatLizard.Testing.Redis;

/// <summary>A Redis of one's own on a free port, without anything on the disk. It ends with this process, however that ends.</summary>
public sealed class TestRedis : IAsyncDisposable
{
    // Its stdin is a pipe that only this process holds: when it closes, the server goes.
    private const string Guard =
        """
        trap '' INT HUP TERM PIPE
        while read -r word rest; do
          case $word in
            start) redis-server --port "$1" --bind 127.0.0.1 --save '' --appendonly no $rest >/dev/null 2>&1 </dev/null & pid=$! ;;
            pause) kill -STOP "$pid" ;;
            resume) kill -CONT "$pid" ;;
            kill) kill -KILL "$pid"; wait "$pid" 2>/dev/null ;;
          esac
          echo done
        done
        kill -KILL "$pid"
        """;

    private readonly Process _guard;
    private readonly string _options;
    private readonly int _port;

    private TestRedis(Process guard, int port, string options) => (_guard, _port, _options) = (guard, port, options);

    public string ConnectionString => $"127.0.0.1:{_port.ToString(CultureInfo.InvariantCulture)}";

    /// <param name="options">As on redis-server's command line.</param>
    public static async Task<TestRedis> Start(string options = "")
    {
        var port = TestPort.Free();
        string[] command = ["/bin/sh", "-c", Guard, "guard", port.ToString(CultureInfo.InvariantCulture)];
        if (File.Exists("/usr/bin/setsid"))
        {
            // Out of reach of a signal to this process and all that it started.
            command = ["/usr/bin/setsid", .. command];
        }

        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var redis = new TestRedis(
            Process.Start(start) ?? throw new InvalidOperationException("The guard of redis-server did not start."), port, options);
        await redis.Restart();
        return redis;
    }

    /// <summary>After <see cref="Kill"/>: an empty one in the same place.</summary>
    public async Task Restart()
    {
        await Tell($"start {_options}");
        try
        {
            await Eventually.Is(async () => await TryAsk("PING") is { } answer
                && (answer.StartsWith('+') || answer.StartsWith("-NOAUTH", StringComparison.Ordinal)));
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException("redis-server did not start: is it installed (apt-get install redis-server)?");
        }
    }

    public Task Kill() => Tell("kill");

    /// <summary>It keeps its connections and says nothing.</summary>
    public Task Pause() => Tell("pause");

    public Task Resume() => Tell("resume");

    public Task Flush() => Ask("FLUSHALL");

    /// <summary>So much less is left of everything that expires.</summary>
    public Task Age(TimeSpan by) => Ask(string.Create(
        CultureInfo.InvariantCulture,
        $"""
        EVAL "for _, key in ipairs(redis.call('KEYS', '*')) do local left = redis.call('PTTL', key) - {by.TotalMilliseconds} if left > 0 then redis.call('PEXPIRE', key, left) else redis.call('DEL', key) end end return 1" 0
        """));

    /// <summary>One command as one would type it; the first line of what it answers.</summary>
    public async Task<string> Ask(string command) => await TryAsk(command) is { } answer && !answer.StartsWith('-')
        ? answer
        : throw new InvalidOperationException($"Redis did not take {command}.");

    public async ValueTask DisposeAsync()
    {
        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync();
        _guard.Dispose();
    }

    private async Task<string?> TryAsk(string command)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, _port);
            await using var stream = client.GetStream();
            await stream.WriteAsync(Encoding.UTF8.GetBytes(command + "\r\n"));
            using var reader = new StreamReader(stream);
            return await reader.ReadLineAsync();
        }
        catch (Exception refused) when (refused is SocketException or IOException)
        {
            return null;
        }
    }

    private async Task Tell(string word)
    {
        await _guard.StandardInput.WriteLineAsync(word);
        await _guard.StandardInput.FlushAsync();
        await _guard.StandardOutput.ReadLineAsync();
    }
}
