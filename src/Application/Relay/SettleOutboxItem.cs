using MediatR;

namespace MeatLizard.Application.Relay;

/// <summary>What the row promised is done.</summary>
public sealed record SettleOutboxItem(Guid Id) : IRequest<Outcome<Unit>>, IForTheHost;

internal sealed class SettleOutboxItemHandler(IOutbox outbox, IUnitOfWork work) : IRequestHandler<SettleOutboxItem, Outcome<Unit>>
{
    public async Task<Outcome<Unit>> Handle(SettleOutboxItem command, CancellationToken cancellationToken)
    {
        outbox.Remove(command.Id);
        await work.Commit(CommitDurability.Relaxed, cancellationToken);
        return Unit.Value;
    }
}
