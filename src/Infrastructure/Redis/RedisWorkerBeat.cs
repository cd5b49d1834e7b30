using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Redis;

/// <summary>Keeps the registry and Redis in step: now and then, and soon after either has changed.</summary>
internal sealed partial class RedisWorkerBeat(RedisWorkerRegistry registry, RedisLink link, TimeProvider time, ILogger<RedisWorkerBeat> log)
    : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(1500);

    /// <summary>So that a burst of changes is one beat.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly SemaphoreSlim _changed = new(0, 1);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        link.Heard += Hear;
        link.Answering += Hurry;
        registry.Changed += Hurry;

        // Whoever starts after this knows who is there.
        await Beat(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        link.Heard -= Hear;
        link.Answering -= Hurry;
        registry.Changed -= Hurry;
        await base.StopAsync(cancellationToken);
        await registry.WithdrawAll();
    }

    public override void Dispose()
    {
        _changed.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Pause, time, stoppingToken);
                await _changed.WaitAsync(Round, stoppingToken);
                await Beat(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task Beat(CancellationToken cancellationToken)
    {
        try
        {
            await registry.Beat(cancellationToken);
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            LogBroken(broken);
        }
    }

    private void Hear(Notice notice, ReadOnlyMemory<byte> content)
    {
        if (notice == Notice.Workers)
        {
            Hurry();
        }
    }

    private void Hurry()
    {
        try
        {
            _changed.Release();
        }
        catch (Exception already) when (already is SemaphoreFullException or ObjectDisposedException)
        {
        }
    }

    [LoggerMessage(LogLevel.Error, "The registry of workers could not be brought into step with Redis.")]
    private partial void LogBroken(Exception broken);
}
