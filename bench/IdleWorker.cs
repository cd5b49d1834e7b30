using MeatLizard.Application.Relay;
using MeatLizard.Domain.Inference;
using MeatLizard.Infrastructure.Relay.Frames;
using MeatLizard.Infrastructure.Relay.Link;
using Microsoft.Extensions.Logging.Abstractions;

namespace MeatLizard.Bench;

/// <summary>A worker that dials in by the product's own connection, says what a worker at rest says, and is asked nothing.</summary>
internal sealed class IdleWorker : IAsyncDisposable
{
    private static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly LinkConnection _connection;
    private readonly LinkState _state = new(TimeProvider.System);
    private readonly Task _work;

    public IdleWorker(LinkOptions options)
    {
        _connection = new(options, new FrameCounters(), _state, TimeProvider.System, NullLogger<LinkConnection>.Instance);
        _work = Task.WhenAll(Listen(_stop.Token), Beat(_stop.Token));
    }

    public bool IsConnected => _state.Now.Connected;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _connection.Dispose();
        _stop.Dispose();
    }

    private async Task Listen(CancellationToken cancellationToken)
    {
        await foreach (var said in _connection.Receive(cancellationToken))
        {
            if (said is Ping ping)
            {
                var hello = new Hello
                {
                    WorkerEpoch = _connection.Epoch,
                    Challenge = ping.Challenge,
                    Version = "0.1.0",
                    Models = [new ModelDescriptor { Name = "idle", ContextSize = 8192, Slots = 1, SizeBytes = 1 }],
                    Slots = 1,
                };
                await _connection.Send(hello, cancellationToken);
            }
        }
    }

    private async Task Beat(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(BeatEvery);
        for (var number = 0; await timer.WaitForNextTickAsync(cancellationToken); number++)
        {
            await _connection.Send(new Heartbeat(number, SlotsFree: 1, TokensPerSecond: 0), cancellationToken);
        }
    }
}
