using MediatR;

namespace MeatLizard.Application.Relay.Providers;

/// <summary>All providers, in the order in which they are asked; <c>never_leave_home</c> where there can be none.</summary>
public sealed record ListProviders : IRequest<Outcome<IReadOnlyList<ProviderReading>>>, IForAdmins;

internal sealed class ListProvidersHandler(IProviders providers) : IRequestHandler<ListProviders, Outcome<IReadOnlyList<ProviderReading>>>
{
    public async Task<Outcome<IReadOnlyList<ProviderReading>>> Handle(ListProviders request, CancellationToken cancellationToken)
    {
        if (providers.Forbidden is { } forbidden)
        {
            return forbidden;
        }

        await providers.Refresh(cancellationToken);
        ProviderReading[] all = [.. providers.List()];
        return all;
    }
}
