using FluentValidation;
using MeatLizard.Domain.Identity;
using MediatR;

namespace MeatLizard.Application.Identity;

/// <summary>Makes the owner with the one-time token, and signs them in.</summary>
public sealed record SetUpOwner(string Token, string Email, string Password, string? Name) : IRequest<Outcome<SignedIn>>, IForAnybody
{
    /// <summary>What is signed in with, e.g. a browser's name.</summary>
    public string? Client { get; init; }
}

internal sealed class SetUpOwnerValidator : AbstractValidator<SetUpOwner>
{
    public SetUpOwnerValidator()
    {
        RuleFor(setup => setup.Token).NotEmpty().MaximumLength(256);
        RuleFor(setup => setup.Email).MustBeAnEmail();
        RuleFor(setup => setup.Password).MustBeAPassword();
        RuleFor(setup => setup.Name).MustBeAName();
    }
}

internal sealed class SetUpOwnerHandler(IUserStore users, ISignInStore signIns, Accounts accounts, IUnitOfWork work, TimeProvider time)
    : IRequestHandler<SetUpOwner, Outcome<SignedIn>>
{
    private static readonly Refusal Used = new(
        RefusalKind.Forbidden,
        "setup_link_invalid",
        "This setup link was used or has expired. Restart the server for a new one, if there is no owner yet.");

    public async Task<Outcome<SignedIn>> Handle(SetUpOwner request, CancellationToken cancellationToken)
    {
        var hash = SecretToken.Hash(request.Token);
        if (await users.HasOwner(cancellationToken) || !await signIns.IsSetupLink(hash, time.GetUtcNow(), cancellationToken))
        {
            return Used;
        }

        // Of two who hold the link, the one whose commit uses it up becomes the owner; the other runs again and finds it used.
        signIns.UseSetupLink(hash);
        var signedIn = accounts.SignIn("set_up_owner", accounts.Join(request.Email, request.Password, request.Name, Role.Owner), request.Email, request.Client);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        return signedIn;
    }
}
