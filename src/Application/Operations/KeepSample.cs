using MediatR;

namespace MeatLizard.Application.Operations;

/// <summary>Writes down how the service is in this minute, and forgets what is older than 30 days.</summary>
public sealed record KeepSample : IRequest<Outcome<Unit>>, IForTheHost;

internal sealed class KeepSampleHandler(ServiceGauge gauge, IMetricHistory history, IUnitOfWork work)
    : IRequestHandler<KeepSample, Outcome<Unit>>
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public async Task<Outcome<Unit>> Handle(KeepSample command, CancellationToken cancellationToken)
    {
        var sample = (await gauge.Read(cancellationToken)).Sample();
        history.Add(sample);
        history.RemoveBefore(sample.At - Kept);
        await work.Commit(CommitDurability.Relaxed, cancellationToken);
        return Unit.Value;
    }
}
