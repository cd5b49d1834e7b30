using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Providers;
using MeatLizard.Domain.Relay;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>
/// Providers as the relay's inbox knows workers: they are given an attempt, and say that they have accepted it, its chunks, its end. What they
/// say never leaves the process, so nothing is sealed.
/// </summary>
internal sealed class ProviderCarrier(IReadOnlyList<ProviderLine> lines, IServiceProvider services) : IRelayCarrier, IProviders, IHostedService
{
    private IRelayInbox? _inbox;

    public string Name => "provider";

    public bool Reaches(WorkerId worker) => Line(worker) is not null;

    public int Count => lines.Count;

    public (WorkerId Provider, string Model)? Choose(string? model, string? after)
    {
        ProviderLine[] inTurn = [.. lines.OrderBy(line => line.Model(model) is null)];
        var next = inTurn.Skip(Array.FindIndex(inTurn, line => line.Id.Value == after) + 1).FirstOrDefault(line => line.MayBeAsked);
        return next is null ? null : (next.Id, next.Model(model) ?? next.UsualModel);
    }

    public IReadOnlyList<ProviderReading> List() => [.. lines.Select(line => line.Read())];

    public async Task Send(WorkerId worker, ToWorker message, CancellationToken cancellationToken)
    {
        if (Line(worker) is not { } line)
        {
            throw new CarrierException($"There is no provider {worker}.");
        }

        // Looked up late: the inbox answers through its carriers, of which this is one.
        _inbox ??= services.GetRequiredService<IRelayInbox>();
        await line.Take(message, _inbox, cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(lines.Select(line => line.Stop()));

    private ProviderLine? Line(WorkerId worker) => lines.FirstOrDefault(line => line.Id == worker);
}
