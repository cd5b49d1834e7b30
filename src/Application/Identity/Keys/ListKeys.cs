using MeatLizard.Domain.Identity;
using MediatR;

namespace MeatLizard.Application.Identity.Keys;

/// <summary>The caller's own keys, newest first, revoked ones included.</summary>
public sealed record ListKeys : IRequest<Outcome<Page<ApiKeyState>>>;

internal sealed class ListKeysHandler(IApiKeyStore keys, CurrentActor current) : IRequestHandler<ListKeys, Outcome<Page<ApiKeyState>>>
{
    public async Task<Outcome<Page<ApiKeyState>>> Handle(ListKeys request, CancellationToken cancellationToken) =>
        new Page<ApiKeyState>(await keys.List(current.Required.UserId, cancellationToken), NextCursor: null);
}
