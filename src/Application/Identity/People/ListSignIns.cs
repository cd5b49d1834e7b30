using MediatR;

namespace MeatLizard.Application.Identity.People;

/// <summary>Where the caller is signed in, newest first.</summary>
public sealed record ListSignIns : IRequest<Outcome<Page<SignIn>>>;

internal sealed class ListSignInsHandler(ISignInStore signIns, CurrentActor current, TimeProvider time)
    : IRequestHandler<ListSignIns, Outcome<Page<SignIn>>>
{
    public async Task<Outcome<Page<SignIn>>> Handle(ListSignIns request, CancellationToken cancellationToken) =>
        new Page<SignIn>(await signIns.List(current.Required.UserId, time.GetUtcNow(), cancellationToken), NextCursor: null);
}
