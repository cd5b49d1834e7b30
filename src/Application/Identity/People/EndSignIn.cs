using FluentValidation;
using MediatR;

namespace MeatLizard.Application.Identity.People;

/// <summary>Ends one of the caller's sign-ins, as signing out there would.</summary>
/// <param name="Id">As <see cref="SignIn.Id"/> has it.</param>
public sealed record EndSignIn(string Id) : IRequest<Outcome<Unit>>, IAudited
{
    public string? AuditTarget => Id;
}

internal sealed class EndSignInValidator : AbstractValidator<EndSignIn>
{
    public EndSignInValidator() => RuleFor(end => end.Id).NotEmpty().MaximumLength(64);
}

internal sealed class EndSignInHandler(
    ISignInStore signIns, IUnitOfWork work, CurrentActor current, Credentials credentials, TimeProvider time)
    : IRequestHandler<EndSignIn, Outcome<Unit>>
{
    public async Task<Outcome<Unit>> Handle(EndSignIn request, CancellationToken cancellationToken)
    {
        var mine = await signIns.List(current.Required.UserId, time.GetUtcNow(), cancellationToken);
        if (mine.FirstOrDefault(signIn => signIn.Id == request.Id) is not { } found)
        {
            return Refusal.NotFound;
        }

        signIns.Remove(found.Hash);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        credentials.Forget(found.Hash);
        return Unit.Value;
    }
}
