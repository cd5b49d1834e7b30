using FluentValidation;
using MeatLizard.Domain.Identity;
using MediatR;

namespace MeatLizard.Application.Identity.Quotas;

/// <summary>Takes a limit away: what it was for is not limited by it any more, or by the one for everyone.</summary>
public sealed record RemoveLimit(string ScopeKind, string ScopeId, LimitMeasure Measure, TimeSpan Window)
    : IRequest<Outcome<Unit>>, IForAdmins, IAudited
{
    public string? AuditTarget => $"{ScopeKind} {ScopeId} {Measure} {(long)Window.TotalSeconds}";
}

internal sealed class RemoveLimitValidator : AbstractValidator<RemoveLimit>
{
    public RemoveLimitValidator()
    {
        RuleFor(remove => remove.ScopeKind).NotEmpty().MaximumLength(64).MustBeText();
        RuleFor(remove => remove.ScopeId).NotEmpty().MaximumLength(200).MustBeText();
    }
}

internal sealed class RemoveLimitHandler(ILimitStore limits, IUnitOfWork work, LimitTable table) : IRequestHandler<RemoveLimit, Outcome<Unit>>
{
    public async Task<Outcome<Unit>> Handle(RemoveLimit request, CancellationToken cancellationToken)
    {
        var all = await limits.List(cancellationToken);
        var wanted = (request.ScopeKind, request.ScopeId, request.Measure, request.Window);
        if (all.FirstOrDefault(limit => (limit.ScopeKind, limit.ScopeId, limit.Measure, limit.Window) == wanted) is not { } found)
        {
            return Refusal.NotFound;
        }

        limits.Remove(found);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        table.Forget();
        return Unit.Value;
    }
}
