using FluentValidation;
using MeatLizard.Domain.Operations;
using MediatR;

namespace MeatLizard.Application.Operations;

/// <summary>Who has asked for what, newest first.</summary>
/// <param name="Limit">1 to 200.</param>
public sealed record ListAudit(int Limit, string? Cursor) : IRequest<Outcome<Page<AuditEntry>>>, IForAdmins;

internal sealed class ListAuditValidator : AbstractValidator<ListAudit>
{
    public ListAuditValidator() => RuleFor(query => query.Limit).InclusiveBetween(1, 200).WithMessage("A page has 1 to 200 items.");
}

internal sealed class ListAuditHandler(IAuditLog log) : IRequestHandler<ListAudit, Outcome<Page<AuditEntry>>>
{
    public async Task<Outcome<Page<AuditEntry>>> Handle(ListAudit query, CancellationToken cancellationToken)
    {
        try
        {
            return await log.List(query.Limit, query.Cursor, cancellationToken);
        }
        catch (FormatException)
        {
            return Refusal.Invalid("cursor", "invalid_cursor", "The cursor is not one that a page gave.");
        }
    }
}
