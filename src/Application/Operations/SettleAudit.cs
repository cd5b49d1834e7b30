using FluentValidation;
using MeatLizard.Domain.Operations;
using MediatR;

namespace MeatLizard.Application.Operations;

/// <summary>Writes down what came of it.</summary>
/// <param name="Code">Why it was refused; null when it was not.</param>
public sealed record SettleAudit(Guid Id, AuditOutcome Outcome, string? Code) : IRequest<Outcome<Unit>>, IForTheHost;

internal sealed class SettleAuditValidator : AbstractValidator<SettleAudit>
{
    private const int LongestCode = 100;

    public SettleAuditValidator()
    {
        RuleFor(settled => settled.Outcome).IsInEnum().NotEqual(AuditOutcome.Begun);
        RuleFor(settled => settled.Code).MaximumLength(LongestCode);
    }
}

internal sealed class SettleAuditHandler(IAuditLog log, IUnitOfWork work) : IRequestHandler<SettleAudit, Outcome<Unit>>
{
    public async Task<Outcome<Unit>> Handle(SettleAudit command, CancellationToken cancellationToken)
    {
        log.Settle(command.Id, command.Outcome, command.Code);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        return Unit.Value;
    }
}
