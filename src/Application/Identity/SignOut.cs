using MediatR;

namespace MeatLizard.Application.Identity;

/// <param name="Hash">The sign-in's, or null when the caller has none (a program with a key).</param>
public sealed record SignOut(string? Hash) : IRequest<Outcome<Unit>>, IAudited
{
    public string? AuditTarget => null;
}

internal sealed class SignOutHandler(
    ISignInStore signIns, IUnitOfWork work, Credentials credentials) : IRequestHandler<SignOut, Outcome<Unit>>
{
    public async Task<Outcome<Unit>> Handle(SignOut request, CancellationToken cancellationToken)
    {
        if (request.Hash is { } hash)
        {
            signIns.Remove(hash);
            await work.Commit(CommitDurability.Synced, cancellationToken);
            credentials.Forget(hash);
        }

        return Unit.Value;
    }
}
