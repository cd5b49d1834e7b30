using FluentValidation;
using MeatLizard.Domain.Operations;
using MediatR;

namespace MeatLizard.Application.Operations;

/// <summary>Writes down what somebody asks for, before it is done: what can't be written down is not done.</summary>
public sealed record RecordAudit(AuditEntry Entry) : IRequest<Outcome<Unit>>, IForTheHost;

internal sealed class RecordAuditValidator : AbstractValidator<RecordAudit>
{
    private const int Longest = 200;

    public RecordAuditValidator()
    {
        RuleFor(record => record.Entry.Provider).NotEmpty().MaximumLength(Longest);
        RuleFor(record => record.Entry.Subject).NotEmpty().MaximumLength(Longest);
        RuleFor(record => record.Entry.Name).MaximumLength(Longest);
        RuleFor(record => record.Entry.Action).NotEmpty().MaximumLength(Longest);
        RuleFor(record => record.Entry.Target).MaximumLength(Longest);
    }
}

internal sealed class RecordAuditHandler(IAuditLog log, IUnitOfWork work) : IRequestHandler<RecordAudit, Outcome<Unit>>
{
    public async Task<Outcome<Unit>> Handle(RecordAudit command, CancellationToken cancellationToken)
    {
        log.Add(command.Entry);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        return Unit.Value;
    }
}
