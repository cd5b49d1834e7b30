using System.Collections.Concurrent;
using MeatLizard.Application;
using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Application.Relay;
using MeatLizard.Infrastructure.Redis;
using MeatLizard.Testing;
using MeatLizard.Testing.Redis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Tests.Redis;

/// <summary>One host, as far as Redis can tell.</summary>
internal sealed class RedisHost : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly Lines _lines;

    private RedisHost(IHost host, Lines lines) => (_host, _lines) = (host, lines);

    public IServiceProvider Services => _host.Services;

    public RedisLink Link => Services.GetRequiredService<RedisLink>();

    public IRateLimiter Limiter => Services.GetRequiredService<IRateLimiter>();

    public RedisWorkerRegistry Registry => Services.GetRequiredService<RedisWorkerRegistry>();

    public IReplySignal Replies => Services.GetRequiredService<IReplySignal>();

    public OutboxBell Bell => Services.GetRequiredService<OutboxBell>();

    /// <summary>What was logged, line by line.</summary>
    public IReadOnlyCollection<string> Log => [.. _lines.Written];

    /// <summary>With a Redis that runs: a host goes on without it after a while, on a busy machine too, and from here it is known that it did not.</summary>
    /// <param name="settings">Key, value, key, value …</param>
    public static async Task<RedisHost> Start(TestRedis redis, params string[] settings)
    {
        var host = await Start(redis.ConnectionString, settings);
        await Eventually.Is(() => host.Link.Answers);
        return host;
    }

    /// <param name="settings">Key, value, key, value …</param>
    public static async Task<RedisHost> Start(string connectionString, params string[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([new("Redis:ConnectionString", connectionString)]);
        builder.Configuration.AddInMemoryCollection(settings.Chunk(2).Select(pair => KeyValuePair.Create(pair[0], (string?)pair[1])));
        var lines = new Lines();
        builder.Logging.AddFilter(level => level >= LogLevel.Information).AddProvider(lines);
        builder.Services.AddUseCases().AddRedis(builder.Configuration);
        var host = builder.Build();
        await host.StartAsync();
        return new(host, lines);
    }

    /// <summary>As when its process is killed: it says nothing any more and takes nothing back.</summary>
    public async Task Die()
    {
        await Link.StopAsync(CancellationToken.None);
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable host)
        {
            await host.DisposeAsync();
        }
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Written { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
