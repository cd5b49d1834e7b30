using MediatR;

namespace MeatLizard.Application.Identity.Departure;

/// <summary>That the caller may be given all that is kept of them, which <see cref="AccountExport"/> then reads; it is written down.</summary>
public sealed record ExportAccount : IRequest<Outcome<Account>>, IAudited
{
    public string? AuditTarget => null;
}

internal sealed class ExportAccountHandler(IUserStore users, CurrentActor current) : IRequestHandler<ExportAccount, Outcome<Account>>
{
    public async Task<Outcome<Account>> Handle(ExportAccount request, CancellationToken cancellationToken)
    {
        var id = current.Required.UserId;
        return await users.Find(id, cancellationToken) is { } user
            ? new Account(user.State, await users.FindSubject(id, Domain.Identity.Identity.Password, cancellationToken))
            : Refusal.NotFound;
    }
}
