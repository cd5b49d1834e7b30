using MediatR;

namespace MeatLizard.Application.Relay.Providers;

/// <summary>Forgets what an admin has said of a provider, its key included. One that stands in the configuration is then as it stands there.</summary>
public sealed record RemoveProvider(string Name) : IRequest<Outcome<Unit>>, IForAdmins, IAudited
{
    public string? AuditTarget => Name;
}

internal sealed class RemoveProviderHandler(IProviders providers, IProviderSettings settings, IUnitOfWork work)
    : IRequestHandler<RemoveProvider, Outcome<Unit>>
{
    public async Task<Outcome<Unit>> Handle(RemoveProvider command, CancellationToken cancellationToken)
    {
        if (providers.Forbidden is { } forbidden)
        {
            return forbidden;
        }

        if ((await settings.List(cancellationToken)).All(setting => setting.Name != command.Name))
        {
            return providers.List().Any(provider => provider.Name == command.Name)
                ? new Refusal(RefusalKind.Conflict, "configured", "This provider stands in the configuration, and nothing else is kept of it here. Take it out there.")
                : Refusal.NotFound;
        }

        settings.Remove(command.Name);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        await providers.Refresh(cancellationToken);
        return Unit.Value;
    }
}
