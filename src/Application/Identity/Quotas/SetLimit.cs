using System.Net;
using FluentValidation;
using MeatLizard.Application.Identity.Groups;
using MeatLizard.Application.Identity.Keys;
using MeatLizard.Domain.Identity;
using MediatR;

namespace MeatLizard.Application.Identity.Quotas;

/// <summary>Sets how much a scope may use, in place of what it might before. It holds at once, on other hosts within seconds.</summary>
public sealed record SetLimit(Limit Limit) : IRequest<Outcome<Limit>>, IForAdmins, IAudited
{
    public string? AuditTarget => $"{Limit.ScopeKind} {Limit.ScopeId} {Limit.Measure} {(long)Limit.Window.TotalSeconds} {Limit.Amount}";
}

internal sealed class SetLimitValidator : AbstractValidator<SetLimit>
{
    private const int Most = 1_000_000_000;

    private static readonly string[] Kinds = [Limit.User, Limit.Group, Limit.Key, Limit.Place, Limit.Model, Limit.Address];

    private static readonly TimeSpan[] Windows = [TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), TimeSpan.FromDays(1)];

    public SetLimitValidator()
    {
        RuleFor(set => set.Limit.ScopeKind).Must(Kinds.Contains)
            .OverridePropertyName("Scope").WithMessage($"A scope is one of {string.Join(", ", Kinds)}.");
        RuleFor(set => set.Limit).Must(HasScope)
            .OverridePropertyName("ScopeId")
            .WithMessage("This is * for each, the id of a user, group, key or place, the name of a model, or an IP address.");
        RuleFor(set => set.Limit.ScopeId).MustBeText();
        RuleFor(set => set.Limit).Must(limit => limit.ScopeKind != Limit.Address || limit.Measure == LimitMeasure.Requests)
            .OverridePropertyName("Measure").WithMessage("Of an address only requests are counted.");
        RuleFor(set => set.Limit).Must(HasWindow)
            .OverridePropertyName("Window")
            .WithMessage("Requests are counted by minute, hour or day, tokens also by month; what is open at the same time has no window.");
        RuleFor(set => set.Limit.Amount).InclusiveBetween(1, Most).WithMessage("An amount is from 1 to 1,000,000,000.");
    }

    private static bool HasScope(Limit limit) => limit.ScopeId == Limit.Everyone || limit.ScopeKind switch
    {
        Limit.Model => limit.ScopeId.Trim().Length is >= 1 and <= 200,
        Limit.Address => IPAddress.TryParse(limit.ScopeId.Split('/')[0], out _) && limit.ScopeId.Length <= 64,
        _ => Guid.TryParseExact(limit.ScopeId, "D", out _),
    };

    private static bool HasWindow(Limit limit) => limit.Measure switch
    {
        LimitMeasure.Concurrency => limit.Window == TimeSpan.Zero,
        LimitMeasure.Tokens => Windows.Append(Limit.Month).Contains(limit.Window),
        _ => Windows.Contains(limit.Window),
    };
}

internal sealed class SetLimitHandler(
    ILimitStore limits, IUserStore users, IGroupStore groups, IApiKeyStore keys, IUnitOfWork work, LimitTable table)
    : IRequestHandler<SetLimit, Outcome<Limit>>
{
    public async Task<Outcome<Limit>> Handle(SetLimit request, CancellationToken cancellationToken)
    {
        var limit = request.Limit with { ScopeId = request.Limit.ScopeId.Trim() };
        if (limit.ScopeId != Limit.Everyone && !await IsThere(limit, cancellationToken))
        {
            return Refusal.Invalid("scope_id", "unknown_scope", $"There is no {limit.ScopeKind} of this id.");
        }

        limits.Save(limit);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        table.Forget();
        return limit;
    }

    private async Task<bool> IsThere(Limit limit, CancellationToken cancellationToken) => limit.ScopeKind switch
    {
        Limit.User => await users.Find(new(Guid.Parse(limit.ScopeId)), cancellationToken) is not null,
        Limit.Group => await groups.Find(new(Guid.Parse(limit.ScopeId)), cancellationToken) is not null,
        Limit.Key => await keys.Find(new(Guid.Parse(limit.ScopeId)), cancellationToken) is not null,
        _ => true,
    };
}
