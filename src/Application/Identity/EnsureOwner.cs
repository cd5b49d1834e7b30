using FluentValidation;
using MeatLizard.Domain.Identity;
using MediatR;

namespace MeatLizard.Application.Identity;

/// <summary>Makes the configured owner when there is none.</summary>
public sealed record EnsureOwner(string Email, string Password) : IRequest<Outcome<Unit>>, IForTheHost;

internal sealed class EnsureOwnerValidator : AbstractValidator<EnsureOwner>
{
    public EnsureOwnerValidator()
    {
        RuleFor(owner => owner.Email).MustBeAnEmail();
        RuleFor(owner => owner.Password).MustBeAPassword();
    }
}

internal sealed class EnsureOwnerHandler(
    IUserStore users, Accounts accounts, IUnitOfWork work) : IRequestHandler<EnsureOwner, Outcome<Unit>>
{
    public async Task<Outcome<Unit>> Handle(EnsureOwner request, CancellationToken cancellationToken)
    {
        if (!await users.HasOwner(cancellationToken))
        {
            _ = accounts.Join(request.Email, request.Password, name: null, Role.Owner);
            await work.Commit(CommitDurability.Synced, cancellationToken);
        }

        return Unit.Value;
    }
}
