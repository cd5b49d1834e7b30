using System.Security.Cryptography;
using StackExchange.Redis;

namespace MeatLizard.Infrastructure.Redis;

/// <summary>The driver's connection, with what this version of it needs to be told and looked after.</summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ProbeKept = TimeSpan.FromSeconds(10);

    private readonly ConnectionMultiplexer _driver;
    private volatile Echo? _echo;

    private RedisConnection(ConnectionMultiplexer driver) => _driver = driver;

    /// <exception cref="RedisException">It could not be reached.</exception>
    /// <exception cref="TimeoutException">It did not answer in time.</exception>
    public static async Task<RedisConnection> Open(RedisOptions options, RedisChannel channel, Action<byte[]> hear)
    {
        var settings = ConfigurationOptions.Parse(options.ConnectionString!);
        settings.AbortOnConnectFail = true;
        settings.ConnectTimeout = (int)ConnectWithin.TotalMilliseconds;
        settings.ConnectRetry = 1;
        settings.ClientName = "meatlizard";
        var driver = await ConnectionMultiplexer.ConnectAsync(settings);

        // Order costs this driver a queue that one slow reader holds up for all, and nothing here needs it.
        driver.PreserveAsyncOrder = false;
        var connection = new RedisConnection(driver);
        try
        {
            await driver.GetSubscriber().SubscribeAsync(channel, (_, message) => hear((byte[])message)).WaitAsync(ConnectWithin);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async Task<RedisResult> Evaluate(string script, RedisKey[] keys, RedisValue[] values)
    {
        var database = _driver.GetDatabase();
        try
        {
            return await database.ScriptEvaluateAsync(script, keys, values);
        }
        catch (RedisServerException failure) when (failure.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            // The server was restarted and has forgotten it; the driver has now noticed and sends it along.
            return await database.ScriptEvaluateAsync(script, keys, values);
        }
    }

    public void Publish(RedisChannel channel, byte[] message) =>
        _ = _driver.GetDatabase().PublishAsync(channel, message, CommandFlags.FireAndForget);

    /// <summary>Whether it takes writes, and whether what is published comes back: both ways are needed.</summary>
    /// <exception cref="RedisException">It refuses.</exception>
    /// <exception cref="TimeoutException">It does not answer in time.</exception>
    public async Task Probe(string key, Action<byte[]> publish, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await _driver.GetDatabase().StringSetAsync(key, RedisValue.EmptyString, ProbeKept).WaitAsync(timeout, cancellationToken);
        var echo = new Echo(RandomNumberGenerator.GetBytes(8));
        _echo = echo;
        publish(echo.Nonce);
        await echo.Heard.Task.WaitAsync(timeout, cancellationToken);
    }

    public void Echoed(ReadOnlySpan<byte> nonce)
    {
        if (_echo is { } echo && nonce.SequenceEqual(echo.Nonce))
        {
            echo.Heard.TrySetResult();
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Not waiting for commands: there may be nobody to answer them.
        await _driver.CloseAsync(allowCommandsToComplete: false);
        _driver.Dispose();
    }

    private sealed record Echo(byte[] Nonce)
    {
        public TaskCompletionSource Heard { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
