using System.Collections.Concurrent;
using MeatLizard.Application;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Providers;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>
/// Providers as the relay's inbox knows workers: they are given an attempt, and say that they have accepted it, its chunks, its end. What they
/// say never leaves the process, so nothing is sealed.
/// </summary>
internal sealed partial class ProviderCarrier : IRelayCarrier, IProviders, IHostedService
{
    private readonly ConcurrentDictionary<WorkerId, ProviderLine> _known = new();
    private readonly ProviderBook _book;
    private readonly IServiceProvider _services;
    private readonly TimeProvider _time;
    private readonly ILogger<ProviderCarrier> _log;
    private volatile ProviderLine[] _lines = [];
    private volatile Ledger _spent = new("", []);
    private IRelayInbox? _inbox;

    public ProviderCarrier(ProviderBook book, IServiceProvider services, TimeProvider time, ILogger<ProviderCarrier> log)
    {
        (_book, _services, _time, _log) = (book, services, time, log);
        Use(book.Plan([]));
    }

    public string Name => "provider";

    public Refusal? Forbidden => null;

    public int Count => _lines.Length;

    public bool Reaches(WorkerId worker) => _known.ContainsKey(worker);

    public (WorkerId Provider, string Model)? Choose(string? model, string? after)
    {
        ProviderLine[] inTurn = [.. _lines.OrderBy(line => line.Model(model) is null)];
        var next = inTurn.Skip(Array.FindIndex(inTurn, line => line.Id.Value == after) + 1).FirstOrDefault(line => line.MayBeAsked(Spent(line)));
        return next is null ? null : (next.Id, next.Model(model) ?? next.UsualModel);
    }

    public IReadOnlyList<ProviderReading> List() => [.. _lines.Select(line => line.Read(Spent(line)))];

    public ProviderCharge? CostOf(WorkerId provider, TokenUsage usage, DateTimeOffset at) => _known.GetValueOrDefault(provider)?.CostOf(usage, at);

    public ProviderCheck Check(ProviderSetting setting) => _book.Check(setting);

    public async Task Refresh(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = _services.CreateAsyncScope();
            var month = ProviderMoney.Month(_time.GetUtcNow());
            var settings = await scope.ServiceProvider.GetRequiredService<IProviderSettings>().List(cancellationToken);
            var spent = await scope.ServiceProvider.GetRequiredService<IProviderSpending>().List(month, cancellationToken);
            Use(_book.Plan(settings));
            _spent = new(month, spent.ToDictionary(charge => (new WorkerId($"provider:{charge.Provider}"), charge.Currency), charge => charge.Billionths));
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            // The database may be away for a while; until it is back all is as it was.
            LogNotRead(broken);
        }
    }

    public async Task Send(WorkerId worker, ToWorker message, CancellationToken cancellationToken)
    {
        if (!_known.TryGetValue(worker, out var line))
        {
            throw new CarrierException($"There is no provider {worker}.");
        }

        // Looked up late: the inbox answers through its carriers, of which this is one.
        _inbox ??= _services.GetRequiredService<IRelayInbox>();
        await line.Take(message, _inbox, cancellationToken);
    }

    /// <summary>Whoever starts after this knows who is there.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => Refresh(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(_known.Values.Select(line => line.Stop()));

    /// <summary>One that is taken away is asked no more, and ends what it is at.</summary>
    private void Use(IReadOnlyList<PlannedProvider> plans)
    {
        List<ProviderLine> lines = [];
        foreach (var plan in plans)
        {
            var line = _known.GetOrAdd(new($"provider:{plan.Name}"), _ => new ProviderLine(plan.Name, _log, _time));
            line.Use(plan);
            lines.Add(line);
        }

        _lines = [.. lines];
    }

    /// <summary>As far as it was known when the database was last read; a new month begins with nothing.</summary>
    private decimal Spent(ProviderLine line) => _spent is var ledger && ledger.Month == ProviderMoney.Month(_time.GetUtcNow())
        ? ProviderMoney.Amount(ledger.Sums.GetValueOrDefault((line.Id, line.Currency)))
        : 0;

    [LoggerMessage(LogLevel.Warning, "What the database says of providers could not be read; it is tried again in a moment.")]
    private partial void LogNotRead(Exception broken);

    private sealed record Ledger(string Month, Dictionary<(WorkerId Provider, string Currency), long> Sums);
}
