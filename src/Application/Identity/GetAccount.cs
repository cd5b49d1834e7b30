using MediatR;

namespace MeatLizard.Application.Identity;

/// <summary>Who the caller is.</summary>
public sealed record GetAccount : IRequest<Outcome<Account>>;

internal sealed class GetAccountHandler(IUserStore users, CurrentActor current) : IRequestHandler<GetAccount, Outcome<Account>>
{
    public async Task<Outcome<Account>> Handle(GetAccount request, CancellationToken cancellationToken)
    {
        var id = current.Required.UserId;
        return await users.Find(id, cancellationToken) is { } user
            ? new Account(user.State, await users.FindSubject(id, Domain.Identity.Identity.Password, cancellationToken))
            : Refusal.NotFound;
    }
}
